import type { Database } from 'lmdb';
import type { Store, Table as StoreTable } from '../../../store/store';
import { after, numberPrefix } from './keys';
import { Row } from './row';

export interface Count {
  readonly items: number;
  readonly bytes: number;
}

/** Bounds of a range of keys, in the direction in which it is read. */
export interface RowRange {
  /** Not before this key. */
  readonly from: Buffer;
  /** Before this key. */
  readonly to: Buffer;
  /** The last key that was seen: the range goes on after it. */
  readonly after?: Buffer | undefined;
  readonly reverse?: boolean;
}

/** A row where it lies. */
export interface KeyedRow {
  readonly key: Buffer;
  readonly row: Row;
}

/** Items, or indexes' entries, of all tables, by their keys, and how many there are of each. */
export class Rows {
  private readonly rows: Database<string, Buffer>;
  private readonly stored: StoreTable<Count>;
  private readonly counts = new Map<number, { items: number; bytes: number }>();
  /** Numbers of counts that the store doesn't have yet. */
  protected readonly changed = new Set<number>();

  constructor(store: Store, name: string) {
    this.rows = store.textTable(name);
    this.stored = store.table(`${name}.counts`);
  }

  get(key: Buffer): Row | undefined {
    const stored = this.rows.get(key);
    return stored === undefined ? undefined : Row.read(stored);
  }

  /** @param before the row that is there, for the count. @param sortKey name of the table's */
  put(number: number, key: Buffer, row: Row, before: Row | undefined, sortKey: string | undefined): void {
    this.write(key, row.stored(sortKey));
    this.count(number, before === undefined ? 1 : 0, row.bytes - (before?.bytes ?? 0));
  }

  remove(number: number, key: Buffer, before: Row): void {
    this.write(key, undefined);
    this.count(number, -1, -before.bytes);
  }

  range({ from, to, after: seen, reverse = false }: RowRange): Iterable<KeyedRow> {
    const range = reverse
      ? { start: seen ?? to, exclusiveStart: true, end: from, inclusiveEnd: true, reverse }
      : { start: seen ?? from, exclusiveStart: seen !== undefined, end: to };
    return this.rows.getRange(range).map(({ key, value }) => ({ key, row: Row.read(value) }));
  }

  countOf(number: number): Count {
    return this.counts.get(number) ?? this.stored.get(number) ?? { items: 0, bytes: 0 };
  }

  /** Writes the counts that changed, in the commit of what changed them. */
  flushCounts(): void {
    for (const number of this.changed) void this.stored.put(number, { ...this.countOf(number) });
    this.changed.clear();
  }

  /** Removes some rows of a table or index. @returns whether there are more */
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

  /** @param value the row as it is stored; undefined to remove it */
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
