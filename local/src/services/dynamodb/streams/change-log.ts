import type { Database } from 'lmdb';
import type { Store, Table as StoreTable } from '../../../store/store';
import { after, numberPrefix } from '../storage/keys';
import type { Item } from '../values/attribute-value';

/** A change of an item, in a table's stream or in the queue for a Kinesis stream. */
export interface ChangeRecord {
  readonly id: string;
  readonly event: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly keys: Item;
  readonly newImage?: Item;
  readonly oldImage?: Item;
  /** Bytes of keys and images. */
  readonly bytes: number;
  /** Set for deletions by time to live. */
  readonly byTimeToLive?: boolean;
}

export interface Sequenced {
  readonly sequence: number;
  readonly record: ChangeRecord;
}

const SEQUENCE_BYTES = 8;

/**
 * Logs of changes, by number: streams of tables, and queues for Kinesis streams. A change is appended in the commit
 * that makes it: it is in its log exactly once, in order.
 */
export class ChangeLog {
  private readonly records: Database<string, Buffer>;
  /** Next sequence numbers of logs whose last records are gone. */
  private readonly floors: StoreTable<number>;
  private readonly next = new Map<number, number>();
  private readonly appended = new Set<number>();
  private readonly listeners = new Set<(log: number) => void>();

  constructor(store: Store) {
    this.records = store.binaryTable('dynamodb.changes');
    this.floors = store.table('dynamodb.changes.floors');
  }

  /** Within a commit. */
  append(log: number, record: ChangeRecord): number {
    const sequence = this.nextSequence(log);
    this.next.set(log, sequence + 1);
    void this.records.put(keyOf(log, sequence), JSON.stringify(record));
    this.appended.add(log);
    return sequence;
  }

  /** Reads records from a sequence number on. */
  *read(log: number, from: number): Generator<Sequenced> {
    const end = after(numberPrefix(log));
    for (const { key, value } of this.records.getRange({ start: keyOf(log, from), end }))
      yield { sequence: sequenceIn(key), record: JSON.parse(value) as ChangeRecord };
  }

  /** The sequence number of the next record. */
  nextSequence(log: number): number {
    let next = this.next.get(log);
    if (next === undefined) {
      const prefix = numberPrefix(log);
      const [last] = this.records.getKeys({ start: after(prefix), end: prefix, reverse: true, limit: 1 });
      next = Math.max(this.floors.get(log) ?? 1, last === undefined ? 1 : sequenceIn(last) + 1);
      this.next.set(log, next);
    }
    return next;
  }

  /** The oldest record's sequence number; the next one's in an empty log. */
  firstSequence(log: number): number {
    const prefix = numberPrefix(log);
    const [first] = this.records.getKeys({ start: prefix, end: after(prefix), limit: 1 });
    return first === undefined ? this.nextSequence(log) : sequenceIn(first);
  }

  /** Removes up to `limit` records before a sequence number; within a commit. @returns whether more are left */
  removeBefore(log: number, sequence: number, limit: number): boolean {
    void this.floors.put(log, this.nextSequence(log));
    const keys = [...this.records.getKeys({ start: numberPrefix(log), end: keyOf(log, sequence), limit })];
    for (const key of keys) void this.records.remove(key);
    return keys.length === limit;
  }

  /** Notifies listeners of the last commit's records. */
  announce(): void {
    for (const log of this.appended) for (const listener of this.listeners) listener(log);
    this.appended.clear();
  }

  /** Calls a listener with the numbers of logs that have new committed records. @returns a function that removes it */
  onAppend(listener: (log: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

function keyOf(log: number, sequence: number): Buffer {
  const key = Buffer.concat([numberPrefix(log), Buffer.alloc(SEQUENCE_BYTES)]);
  key.writeBigUInt64BE(BigInt(sequence), key.length - SEQUENCE_BYTES);
  return key;
}

const sequenceIn = (key: Buffer): number => Number(key.readBigUInt64BE(key.length - SEQUENCE_BYTES));
