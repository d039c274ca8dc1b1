import { join } from 'node:path';
import type { Cloud, State } from '../../core/cloud';
import { OwnedTable } from '../../core/owned-table';
import type { Owner } from '../../core/owner';
import { JOURNAL_FOLDER, Journal } from '../../store/journal/journal';
import type { Table as StoreTable } from '../../store/store';
import { resourceNotFound, tableNotFound } from './errors';
import { Items } from './storage/items';
import { Rows } from './storage/rows';
import { Tokens } from './storage/tokens';
import { Writer } from './storage/writer';
import { ChangeLog } from './streams/change-log';
import { ShardTable } from './streams/shard-table';
import { StreamTable } from './streams/stream-table';
import { placeOf, Table, type TableInfo } from './table';
import { Expiries } from './time-to-live/expiries';
import { TransferTable } from './transfers/transfer-table';

/** Milliseconds that a table is CREATING, UPDATING or DELETING: long enough to be seen, as on AWS. */
export const SETTLING_MS = 150;
/** Key of the last journal generation that the store contains. */
const TAKEN = 'journal';
/** Rows of a deleted table that one commit removes. */
const CLEARED_AT_ONCE = 2000;

/** Tables by owner and name, with their items. */
export class DynamoState implements State {
  readonly items: Items;
  readonly entries: Rows;
  readonly changes: ChangeLog;
  readonly shards: ShardTable;
  readonly streams: StreamTable;
  readonly expiries: Expiries;
  readonly tokens: Tokens;
  readonly transfers: TransferTable;
  readonly writer: Writer;
  /** Resolves once the last process's writes are recovered. */
  readonly recovered: Promise<void>;
  private readonly infos: OwnedTable<TableInfo>;
  private readonly counters: StoreTable<number>;
  private readonly tables = new Map<string, Table>();
  private readonly working = new Set<Promise<void>>();
  private readonly failures = new Map<string, string>();
  private closed = false;

  constructor(readonly cloud: Cloud) {
    const { store } = cloud;
    this.counters = store.table('dynamodb.counters');
    const taken = {
      get: () => this.counters.get(TAKEN) ?? 0,
      put: (generation: number) => void this.counters.put(TAKEN, generation),
    };
    const journal = new Journal(join(cloud.options.dataDir, JOURNAL_FOLDER), taken.get());
    this.items = new Items(store, journal, taken);
    this.entries = new Rows(store, 'dynamodb.entries');
    this.infos = new OwnedTable(store, 'dynamodb.tables');
    this.changes = new ChangeLog(store);
    this.shards = new ShardTable(store);
    this.streams = new StreamTable(store);
    this.expiries = new Expiries(store);
    this.tokens = new Tokens(store);
    this.transfers = new TransferTable(store);
    this.writer = new Writer(
      store,
      this.items,
      () => {
        this.items.flushCounts();
        this.entries.flushCounts();
      },
      () => this.changes.announce(),
      (error) => this.noteFailure('the store', error),
    );
    // Recovery is the first commit: no write precedes it.
    this.recovered = this.items.isLeftOver
      ? this.change(() => this.items.recover()).then((forget) => forget())
      : Promise.resolve();
    for (const { value } of [...this.infos.all()]) if (value.status === 'DELETING') this.removeLater(value);
    const failure = { code: 'InternalServerError', message: 'The local endpoint was stopped while this ran.' };
    for (const kind of ['export', 'import'] as const)
      for (const transfer of [...this.transfers.all(kind)])
        if (transfer.status === 'IN_PROGRESS')
          void this.transfers.put({ ...transfer, status: 'FAILED', endedAt: this.now(), failure });
  }

  /** A table that takes reads and writes. @throws AwsError `ResourceNotFoundException` */
  active(owner: Owner, name: string): Table {
    const table = this.find(owner, name);
    if (table === undefined || this.statusOf(table.info) === 'CREATING' || table.info.status === 'DELETING')
      throw resourceNotFound();
    return table;
  }

  /** A table in any status. @throws AwsError `ResourceNotFoundException` with its name */
  named(owner: Owner, name: string): Table {
    const table = this.find(owner, name);
    if (table === undefined) throw tableNotFound(name);
    return table;
  }

  /**
   * The current state of a table, with indexes added since the request arrived; within a commit.
   * @throws AwsError `ResourceNotFoundException` if it was deleted meanwhile
   */
  current(table: Table): Table {
    const now = this.tables.get(table.place);
    if (now?.info.number !== table.info.number || now.info.status === 'DELETING') throw resourceNotFound();
    return now;
  }

  /** Whether writes of a table's items change nothing besides the items. */
  hasItemsAlone(table: Table): boolean {
    const { info } = this.tables.get(table.place) ?? table;
    const { indexes, stream, destinations = [], timeToLive } = info;
    return (
      indexes.length === 0 &&
      stream === undefined &&
      timeToLive?.enabled !== true &&
      destinations.every(({ status }) => status !== 'ACTIVE')
    );
  }

  find(owner: Owner, name: string): Table | undefined {
    const key = placeOf(owner, name);
    let table = this.tables.get(key);
    if (table === undefined) {
      const info = this.infos.get(owner, name);
      if (info === undefined) return undefined;
      table = new Table(info);
      this.tables.set(key, table);
    }
    return table;
  }

  *list(owner: Owner, after?: string): Generator<string> {
    for (const { name } of this.infos.list(owner, [], after)) yield name;
  }

  *all(): Generator<Table> {
    for (const { value } of this.infos.all()) yield this.find(value, value.name) ?? new Table(value);
  }

  statusOf({ status, activeAt }: TableInfo): 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE' {
    return status === 'DELETING' || !this.isPast(activeAt) ? status : 'ACTIVE';
  }

  /** Whether a change's end has come; also if the clock was set back meanwhile, or nothing would answer until then. */
  isPast(activeAt: number): boolean {
    const left = activeAt - this.now();
    return left <= 0 || (left > SETTLING_MS && left !== Number.POSITIVE_INFINITY);
  }

  now(): number {
    return this.cloud.clock.now();
  }

  /** Runs a change of a table's description in a commit, between writes of items. */
  change<T>(work: () => T): Promise<T> {
    return this.writer.submit(work);
  }

  /** Within {@link change}. */
  put(info: TableInfo): Table {
    const table = new Table(info, this.tables.get(placeOf(info, info.name))?.usage);
    void this.infos.put(info, [info.name], info);
    this.tables.set(table.place, table);
    return table;
  }

  /** The next number for a table, index or stream; within {@link change}. */
  nextNumber(): number {
    const number = (this.counters.get('last') ?? 0) + 1;
    void this.counters.put('last', number);
    return number;
  }

  /** Removes a table's rows, then the table; continues after a restart. */
  removeLater(info: TableInfo): void {
    this.work(async () => {
      await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
      await this.clear(this.items, info.number);
      for (const { number } of info.indexes) await this.clear(this.entries, number);
      for (const { number } of info.destinations ?? [])
        while (await this.change(() => this.changes.removeBefore(number, Number.MAX_SAFE_INTEGER, CLEARED_AT_ONCE)));
      // The rest is removed after the next start.
      if (this.closed) return;
      await this.change(() => {
        void this.infos.remove(info, info.name);
        this.tables.delete(placeOf(info, info.name));
      });
    });
  }

  async clear(rows: Rows, number: number): Promise<void> {
    while (!this.closed && (await this.change(() => rows.clear(number, CLEARED_AT_ONCE)))) await nextTurn();
  }

  /** Runs background work, which closing waits for. Failures are logged. */
  work(task: () => Promise<void>): void {
    const running: Promise<void> = task()
      .catch((error: unknown) => {
        if (!this.closed) this.cloud.options.log(`DynamoDB: ${error instanceof Error ? error.stack : String(error)}`);
      })
      .finally(() => this.working.delete(running));
    this.working.add(running);
  }

  /** Logs the reason why a Kinesis stream takes no changes, once per reason. */
  noteFailure(stream: string, { message }: Error): void {
    if (this.failures.get(stream) === message) return;
    this.failures.set(stream, message);
    this.cloud.options.log(`DynamoDB: changes wait for ${stream}: ${message}`);
  }

  /** Stops background work after its current step. */
  stop(): void {
    this.closed = true;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.working);
    await this.writer.idle();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
