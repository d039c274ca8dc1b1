import type { Database } from 'lmdb';
import type { Store, Table as StoreTable } from '../../../store/store';
import { after, numberPrefix } from './keys';
import { Row } from './row';

export interface Count {
  readonly items: number;
  readonly bytes: number;
}

/** A range of keys; `after` continues it in the direction of reading. */
export interface RowRange {
  /** First key. */
  readonly from: Buffer;
  /** Key after the last. */
  readonly to: Buffer;
  /** The last key already read. */
  readonly after?: Buffer | undefined;
  readonly reverse?: boolean;
}

/** A row with its key. */
export interface KeyedRow {
  readonly key: Buffer;
  readonly row: Row;
}

/** Items and index entries of all tables by key, with their counts. */
export class Rows {
  private readonly rows: Database<string, Buffer>;
  /** Reader of the same rows, without their keys. */
  private readonly reader: Database<Row, Buffer>;
  private readonly stored: StoreTable<Count>;
  private readonly counts = new Map<number, { items: number; bytes: number }>();
  /** Numbers of tables and indexes whose counts the store lacks. */
  protected readonly changed = new Set<number>();

  constructor(store: Store, name: string) {
    this.rows = store.textTable(name);
    this.reader = store.textReader(name, Row.readBytes);
    this.stored = store.table(`${name}.counts`);
  }

  get(key: Buffer): Row | undefined {
    return this.reader.get(key);
  }

  /** @param before the existing row, for the count @param sortKey name of the table's sort key */
  put(number: number, key: Buffer, row: Row, before: Row | undefined, sortKey: string | undefined): void {
    this.write(key, row.stored(sortKey));
    this.count(number, before === undefined ? 1 : 0, row.bytes - (before?.bytes ?? 0));
  }

  remove(number: number, key: Buffer, before: Row): void {
    this.write(key, undefined);
    this.count(number, -1, -before.bytes);
  }

  range(range: RowRange): Iterable<KeyedRow> {
    return this.rows.getRange(boundsOf(range)).map(({ key, value }) => ({ key, row: Row.read(value) }));
  }

  /** Reads rows without their keys. @param take called with each, until it returns false */
  read(range: RowRange, take: (row: Row) => boolean): void {
    for (const { value } of this.reader.getRange(boundsOf(range))) if (!take(value)) return;
  }

  countOf(number: number): Count {
    return this.counts.get(number) ?? this.stored.get(number) ?? { items: 0, bytes: 0 };
  }

  /** Stores the changed counts, in the same commit as the changes. */
  flushCounts(): void {
    for (const number of this.changed) void this.stored.put(number, { ...this.countOf(number) });
    this.changed.clear();
  }

  /** Removes some rows of a table or index. @returns whether more are left */
  clear(number: number, limit: number): boolean {
    const prefix = numberPrefix(number);
    const keys = [...this.rows.getKeys({ start: prefix, end: after(prefix), limit })];
    for (const key of keys) void this.rows.remove(key);
    if (keys.length === limit) return true;
    void this.stored.remove(number);
    this.counts.delete(number);
    this.changed.delete(number);
    return false;
  }

  /** @param value the serialized row; undefined to remove it */
  protected write(key: Buffer, value: string | undefined): void {
    if (value === undefined) void this.rows.remove(key);
    else void this.rows.put(key, value);
  }

  protected count(number: number, items: number, bytes: number): void {
    let count = this.counts.get(number);
    if (count === undefined) {
      count = { ...this.countOf(number) };
      this.counts.set(number, count);
    }
    count.items += items;
    count.bytes += bytes;
    this.changed.add(number);
  }
}

function boundsOf({ from, to, after: seen, reverse = false }: RowRange) {
  return reverse
    ? { start: seen ?? to, exclusiveStart: true, end: from, inclusiveEnd: true, reverse }
    : { start: seen ?? from, exclusiveStart: seen !== undefined, end: to };
}
