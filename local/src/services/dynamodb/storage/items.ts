import type { Journal } from '../../../store/journal/journal';
import type { Store } from '../../../store/store';
import { inOrder, type RecentWrite, RecentWrites, textOf } from './recent';
import { Row } from './row';
import { type KeyedRow, type RowRange, Rows } from './rows';

/** The last journal generation that the store contains, kept in the store. */
export interface TakenGeneration {
  get(): number;
  /** Within a commit. */
  put(generation: number): void;
}

/** Writes that a commit moves from the journal into the store. */
export interface TakenWrites {
  committed(): void;
  failed(): void;
}

interface Undo {
  readonly write: RecentWrite;
  readonly before: RecentWrite | undefined;
  readonly number: number;
  items: number;
  bytes: number;
}

/**
 * The items of all tables. A write of items alone goes into the journal at once, and later, with many others, into the
 * store; reads see it at once. Other changes of a write (indexes, streams) go into the store in one commit with it.
 */
export class Items extends Rows {
  /** Writes that only the journal has. */
  private recent = new RecentWrites();
  /** Writes that the commit in progress moves. */
  private taking: RecentWrites | undefined;
  private writes = 0;
  private chars = 0;
  /** Undo records of {@link journaled}'s writes. */
  private undo: Undo[] | undefined;

  constructor(
    private readonly store: Store,
    private readonly journal: Journal,
    private readonly taken: TakenGeneration,
  ) {
    super(store, 'dynamodb.items');
  }

  /** Number and characters of the writes that wait for a commit. */
  get backlog(): { readonly writes: number; readonly chars: number } {
    return { writes: this.writes, chars: this.chars };
  }

  /**
   * Runs writes of items alone; they are durable when it returns.
   * @throws errors of the disk or the work; then no write is done
   */
  journaled<T>(work: () => T): T {
    const undo: Undo[] = [];
    this.undo = undo;
    try {
      const result = work();
      const writes = undo.map(({ write }) => write);
      this.journal.append(writes);
      this.writes += writes.length;
      for (const { text, value } of writes) this.chars += text.length + (value?.length ?? 0);
      return result;
    } catch (error) {
      this.undo = undefined;
      for (const { write, before, number, items, bytes } of undo.reverse()) {
        if (before === undefined) this.recent.delete(write.key);
        else this.recent.set(before);
        this.count(number, -items, -bytes);
      }
      throw error;
    } finally {
      this.undo = undefined;
    }
  }

  /** Moves the journal's writes into the store; within a commit, one at a time. */
  takeIn(): TakenWrites {
    const { recent, writes, chars } = this;
    if (writes === 0) return { committed: () => {}, failed: () => {} };
    this.recent = new RecentWrites();
    this.taking = recent;
    this.writes = 0;
    this.chars = 0;
    const generation = this.journal.rotate();
    const failed = () => {
      for (const write of this.recent.all()) recent.set(write);
      this.recent = recent;
      this.taking = undefined;
      this.writes += writes;
      this.chars += chars;
      for (const { key } of recent.all()) this.changed.add(key.readUInt32BE());
    };
    try {
      // In key order: neighbours share pages.
      for (const { key, value } of recent.all()) this.write(key, value);
      this.taken.put(generation);
    } catch (error) {
      failed();
      throw error;
    }
    const committed = () => {
      this.taking = undefined;
      this.journal.remove(generation);
    };
    return { committed, failed };
  }

  /** Whether a killed process left writes in the journal. */
  get isLeftOver(): boolean {
    return this.journal.read(this.taken.get()).length > 0;
  }

  /**
   * Moves the writes that a killed process left in the journal; within the first commit. @returns work to run
   * afterwards
   */
  recover(): () => void {
    const taken = this.taken.get();
    const left = this.journal.read(taken);
    for (const { key, value } of left.flatMap(({ entries }) => entries)) {
      const number = key.readUInt32BE();
      const before = super.get(key);
      const row = value === undefined ? undefined : Row.read(value);
      this.count(
        number,
        (row === undefined ? 0 : 1) - (before === undefined ? 0 : 1),
        (row?.bytes ?? 0) - (before?.bytes ?? 0),
      );
      this.write(key, value);
    }
    const last = left.at(-1)?.generation ?? taken;
    if (last > taken) this.taken.put(last);
    return () => this.journal.remove(last);
  }

  override get(key: Buffer): Row | undefined {
    // Within a transaction the store is complete: a commit has moved all writes.
    const write = this.store.isInTransaction ? undefined : (this.recent.get(key) ?? this.taking?.get(key));
    if (write === undefined) return super.get(key);
    return write.value === undefined ? undefined : Row.read(write.value);
  }

  override range(range: RowRange): Iterable<KeyedRow> {
    const recent = this.store.isInTransaction ? [] : this.recentWithin(range);
    if (recent.length === 0) return super.range(range);
    const { after: seen, reverse = false } = range;
    const left = seen === undefined ? recent : recent.filter(({ key }) => comesAfter(key, seen, reverse));
    return merged(super.range(range), reverse ? left.reverse() : left, reverse);
  }

  override read(range: RowRange, take: (row: Row) => boolean): void {
    if (this.store.isInTransaction || this.recentWithin(range).length === 0) super.read(range, take);
    else for (const { row } of this.range(range)) if (!take(row)) return;
  }

  private recentWithin({ from, to }: RowRange): RecentWrite[] {
    const recent = this.recent.within(from, to);
    const taking = this.taking?.within(from, to) ?? [];
    if (taking.length === 0) return recent;
    return inOrder([...taking.filter(({ key }) => this.recent.get(key) === undefined), ...recent]);
  }

  close(): void {
    this.journal.close();
  }

  protected override write(key: Buffer, value: string | undefined): void {
    if (this.undo === undefined) super.write(key, value);
    else {
      const write = { key, text: textOf(key), value };
      const before = this.recent.get(key);
      this.recent.set(write);
      this.undo.push({ write, before, number: key.readUInt32BE(), items: 0, bytes: 0 });
    }
  }

  protected override count(number: number, items: number, bytes: number): void {
    super.count(number, items, bytes);
    const last = this.undo?.at(-1);
    if (last === undefined) return;
    last.items = items;
    last.bytes = bytes;
  }
}

const comesAfter = (key: Buffer, other: Buffer, reverse: boolean): boolean =>
  reverse ? Buffer.compare(key, other) < 0 : Buffer.compare(key, other) > 0;

/** Rows of the store merged with writes that it lacks, in order; a write replaces the stored row. */
function* merged(stored: Iterable<KeyedRow>, recent: readonly RecentWrite[], reverse: boolean): Generator<KeyedRow> {
  let next = 0;
  const rowOf = ({ key, value }: RecentWrite): KeyedRow[] =>
    value === undefined ? [] : [{ key, row: Row.read(value) }];
  for (const one of stored) {
    while (next < recent.length && comesAfter(one.key, (recent[next] as RecentWrite).key, reverse))
      yield* rowOf(recent[next++] as RecentWrite);
    if (next < recent.length && (recent[next] as RecentWrite).key.equals(one.key))
      yield* rowOf(recent[next++] as RecentWrite);
    else yield one;
  }
  while (next < recent.length) yield* rowOf(recent[next++] as RecentWrite);
}
