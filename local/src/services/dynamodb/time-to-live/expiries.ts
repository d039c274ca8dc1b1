import type { Database } from 'lmdb';
import type { Store } from '../../../store/store';
import { attributeOf } from '../expressions/path';
import type { DynamoState } from '../state';
import { after, numberPrefix } from '../storage/keys';
import type { Row } from '../storage/row';
import type { Table } from '../table';
import type { Item } from '../values/attribute-value';

const SECONDS_BYTES = 8;
/** Age beyond which an expiry time is ignored as a mistake ("Using time to live"). */
const OLDEST_YEARS_MS = 5 * 365.25 * 86_400_000;

/** Items' expiry times in order, for tables with time to live. */
export class Expiries {
  private readonly rows: Database<Buffer, Buffer>;

  constructor(store: Store) {
    this.rows = store.binaryTable('dynamodb.expiries');
  }

  put(table: number, seconds: number, key: Buffer): void {
    void this.rows.put(this.keyOf(table, seconds, key), key);
  }

  remove(table: number, seconds: number, key: Buffer): void {
    void this.rows.remove(this.keyOf(table, seconds, key));
  }

  /** Keys of items that have expired by a time, each with its second. */
  *due(table: number, now: number, limit: number): Generator<{ key: Buffer; seconds: number }> {
    const oldest = Math.max(0, Math.ceil((now - OLDEST_YEARS_MS) / 1000));
    const [start, end] = [oldest, Math.floor(now / 1000) + 1].map((seconds) => this.timeKey(table, seconds));
    for (const { key, value } of this.rows.getRange({ start, end, limit }))
      yield { key: Buffer.from(value), seconds: Number(key.readBigUInt64BE(4)) };
  }

  /** Removes some of a table's expiry times; within a commit. @returns whether more are left */
  clear(table: number, limit: number): boolean {
    const prefix = numberPrefix(table);
    const keys = [...this.rows.getKeys({ start: prefix, end: after(prefix), limit })];
    for (const key of keys) void this.rows.remove(key);
    return keys.length === limit;
  }

  private timeKey(table: number, seconds: number): Buffer {
    const key = Buffer.concat([numberPrefix(table), Buffer.alloc(SECONDS_BYTES)]);
    key.writeBigUInt64BE(BigInt(seconds), key.length - SECONDS_BYTES);
    return key;
  }

  /**
   * An entry's key: the time, then the item's key, which is short enough, with 20 bytes and a sort key of 1,024 at
   * most.
   */
  private keyOf(table: number, seconds: number, key: Buffer): Buffer {
    return Buffer.concat([this.timeKey(table, seconds), key.subarray(4)]);
  }
}

/** The epoch second of an item's expiry: a whole number in the table's attribute; undefined otherwise. */
export function expiryOf(table: Table, item: Item | undefined): number | undefined {
  const { timeToLive } = table.info;
  if (timeToLive === undefined || item === undefined) return undefined;
  const seconds = Number(attributeOf(item, timeToLive.attribute)?.N ?? Number.NaN);
  return seconds >= 0 && seconds <= Number.MAX_SAFE_INTEGER ? Math.floor(seconds) : undefined;
}

/** Updates an item's expiry time; within a commit. */
export function timeToLiveChanged(
  state: DynamoState,
  table: Table,
  key: Buffer,
  before: Row | undefined,
  after: Row | undefined,
): void {
  if (table.info.timeToLive?.enabled !== true) return;
  const [old, now] = [expiryOf(table, before?.item), expiryOf(table, after?.item)];
  if (old === now) return;
  if (old !== undefined) state.expiries.remove(table.info.number, old, key);
  if (now !== undefined) state.expiries.put(table.info.number, now, key);
}
