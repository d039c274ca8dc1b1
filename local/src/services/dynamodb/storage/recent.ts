import { after, PREFIX_BYTES } from './keys';

/** A write of a row that is in the journal, and not yet in the store. */
export interface RecentWrite {
  readonly key: Buffer;
  /** The key as Latin-1, a byte a character: such texts sort as the keys do. */
  readonly text: string;
  /** The row as it is stored; undefined for one that is removed. */
  readonly value: string | undefined;
}

/** The last write of each key, found by the key and by ranges of keys. */
export class RecentWrites {
  /** By partition, then by the key. */
  private readonly partitions = new Map<string, Map<string, RecentWrite>>();
  private lastKey: Buffer | undefined;
  private lastText = '';

  get(key: Buffer): RecentWrite | undefined {
    if (this.partitions.size === 0) return undefined;
    const text = this.textOf(key);
    return this.partitions.get(text.slice(0, PREFIX_BYTES))?.get(text);
  }

  /** Latin-1 text of a key; that of the key that was asked for last is at hand: a write looks at what is there first. */
  textOf(key: Buffer): string {
    if (key !== this.lastKey) {
      this.lastKey = key;
      this.lastText = key.toString('latin1');
    }
    return this.lastText;
  }

  /** Whether a write is the last one of its key. */
  has(write: RecentWrite): boolean {
    return this.partitions.get(write.text.slice(0, PREFIX_BYTES))?.get(write.text) === write;
  }

  set(write: RecentWrite): void {
    const prefix = write.text.slice(0, PREFIX_BYTES);
    let partition = this.partitions.get(prefix);
    if (partition === undefined) {
      partition = new Map();
      this.partitions.set(prefix, partition);
    }
    partition.set(write.text, write);
  }

  /** Forgets a write, unless there was another one of its key since. */
  delete(write: RecentWrite): void {
    const prefix = write.text.slice(0, PREFIX_BYTES);
    const partition = this.partitions.get(prefix);
    if (partition?.get(write.text) !== write) return;
    partition.delete(write.text);
    if (partition.size === 0) this.partitions.delete(prefix);
  }

  /** Writes of keys from one on and before another, in the order of keys. */
  within(from: Buffer, to: Buffer): RecentWrite[] {
    if (this.partitions.size === 0) return [];
    const [first, end] = [from.toString('latin1'), to.toString('latin1')];
    const found: RecentWrite[] = [];
    for (const partition of this.partitionsOf(from, to))
      for (const write of partition.values()) if (write.text >= first && write.text < end) found.push(write);
    return found.sort((a, b) => (a.text < b.text ? -1 : 1));
  }

  private partitionsOf(from: Buffer, to: Buffer): Iterable<Map<string, RecentWrite>> {
    const prefix = from.subarray(0, PREFIX_BYTES);
    const isOne = prefix.length === PREFIX_BYTES && Buffer.compare(to, after(prefix)) <= 0;
    if (!isOne) return this.partitions.values();
    const partition = this.partitions.get(prefix.toString('latin1'));
    return partition === undefined ? [] : [partition];
  }
}
