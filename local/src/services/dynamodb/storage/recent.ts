import { after, PREFIX_BYTES } from './keys';

/** A write of a row that is in the journal, but not yet in the store. */
export interface RecentWrite {
  readonly key: Buffer;
  /** The key as Latin-1 text, one character per byte: sorts as the keys do. */
  readonly text: string;
  /** The serialized row; undefined for a removal. */
  readonly value: string | undefined;
}

type Bucket = Map<string, RecentWrite>;

/** Offset of the partition key's hash in a key. */
const HASH_AT = 4;

/** A small number for a key's partition, shared with other partitions: maps find small integers fastest. */
const bucketOf = (key: Buffer): number =>
  ((key[HASH_AT] as number) << 16) | ((key[HASH_AT + 1] as number) << 8) | (key[HASH_AT + 2] as number);

/** Sorts writes by their keys, in place. */
export const inOrder = (writes: RecentWrite[]): RecentWrite[] => writes.sort((a, b) => (a.text < b.text ? -1 : 1));

/** A key as Latin-1 text, cached in the key: each write needs it several times. */
export function textOf(key: Buffer & { latin1?: string }): string {
  key.latin1 ??= key.toString('latin1');
  return key.latin1;
}

/** The last write of each key, by key and by ranges of keys. */
export class RecentWrites {
  private readonly buckets = new Map<number, Bucket>();

  get(key: Buffer): RecentWrite | undefined {
    return this.buckets.size === 0 ? undefined : this.buckets.get(bucketOf(key))?.get(textOf(key));
  }

  set(write: RecentWrite): void {
    const number = bucketOf(write.key);
    let bucket = this.buckets.get(number);
    if (bucket === undefined) {
      bucket = new Map();
      this.buckets.set(number, bucket);
    }
    bucket.set(write.text, write);
  }

  delete(key: Buffer): void {
    this.buckets.get(bucketOf(key))?.delete(textOf(key));
  }

  /** All writes, in key order. */
  all(): RecentWrite[] {
    return inOrder([...this.buckets.values()].flatMap((bucket) => [...bucket.values()]));
  }

  /** Writes with keys from `from` up to but without `to`, in order. */
  within(from: Buffer, to: Buffer): RecentWrite[] {
    if (this.buckets.size === 0) return [];
    const [first, end] = [from.toString('latin1'), to.toString('latin1')];
    const found: RecentWrite[] = [];
    for (const bucket of this.bucketsOf(from, to))
      for (const write of bucket.values()) if (write.text >= first && write.text < end) found.push(write);
    return inOrder(found);
  }

  private bucketsOf(from: Buffer, to: Buffer): Iterable<Bucket> {
    const prefix = from.subarray(0, PREFIX_BYTES);
    const isOne = prefix.length === PREFIX_BYTES && Buffer.compare(to, after(prefix)) <= 0;
    if (!isOne) return this.buckets.values();
    const bucket = this.buckets.get(bucketOf(prefix));
    return bucket === undefined ? [] : [bucket];
  }
}
