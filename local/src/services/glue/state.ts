import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type {
  ColumnStatistics,
  Database,
  Table as GlueTable,
  Partition,
  PartitionIndex,
  TableOptimizerConfiguration,
} from '@aws-sdk/client-glue';
import type { Owner } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import { TagTable } from '../../core/tags';
import { databaseNotFound, tableNotFound } from './errors';

export type { Owner };

/** A table's description in GetTable, and its partition indexes. */
export interface StoredTable {
  readonly table: GlueTable;
  readonly indexes: readonly PartitionIndex[];
  /** Optimizers by type. @default none */
  readonly optimizers?: Readonly<Record<string, TableOptimizerConfiguration>>;
}

/** Subject of column statistics. */
export interface StatisticsPlace {
  readonly database: string;
  readonly table: string;
  /** Values of a partition. @default the table as a whole */
  readonly partition?: readonly string[];
}

/** Longest values in a key: LMDB's keys are short, so longer values are replaced by their hash. */
const MAX_VALUES_KEY = 600;

/** Databases, tables with their versions, partitions and tags; the only owner of the `glue.*` tables. */
export class GlueState extends ServiceState {
  private readonly marks = new AsyncLocalStorage<() => void>();
  readonly databases = this.owned<Database>('glue.databases', databaseNotFound);
  readonly tables = this.owned<StoredTable>('glue.tables');
  private readonly versions = this.owned<GlueTable>('glue.versions');
  private readonly partitions = this.owned<Partition>('glue.partitions');
  /** Statistics by table, partition (none: the table's own) and column. */
  private readonly statistics = this.owned<ColumnStatistics>('glue.column-statistics');
  readonly tags = new TagTable(this.cloud.store, 'glue.tags');

  override transaction<T>(work: () => T): Promise<T> {
    const mark = this.marks.getStore();
    return this.cloud.store.transaction(() => {
      const result = work();
      mark?.();
      return result;
    });
  }

  /** Runs calls so that their change of the catalog and the writes of `mark` are stored in one transaction. */
  marked<T>(mark: () => void, calls: () => Promise<T>): Promise<T> {
    return this.marks.run(mark, calls);
  }

  /** Deletes a database with its tables. */
  removeDatabase(owner: Owner, name: string): void {
    for (const { table } of [...this.tables.list(owner, [name])]) this.removeTable(owner, name, table.Name as string);
    this.databases.remove(owner, name);
  }

  /** @throws AwsError `EntityNotFoundException` for the database or the table. */
  table(owner: Owner, database: string, name: string): StoredTable {
    const found = this.tables.get(owner, database, name);
    if (found !== undefined) return found;
    this.databases.require(owner, database);
    throw tableNotFound(name);
  }

  /** Stores a table as its current version. @param archive whether the previous version stays readable */
  putTable(owner: Owner, stored: StoredTable, archive: boolean): void {
    const { DatabaseName, Name, VersionId } = stored.table;
    const at = [DatabaseName as string, Name as string];
    const before = this.tables.get(owner, ...at);
    if (before !== undefined && !archive) this.versions.remove(owner, ...at, versionKey(before.table.VersionId));
    this.versions.put(owner, [...at, versionKey(VersionId)], stored.table);
    this.tables.put(owner, at, stored);
  }

  /** Deletes a table with its versions and partitions. */
  removeTable(owner: Owner, database: string, name: string): void {
    const at = [database, name];
    for (const rows of [this.versions, this.partitions, this.statistics]) {
      for (const names of rows.keys(owner, at)) rows.remove(owner, ...at, ...names);
    }
    this.tables.remove(owner, ...at);
  }

  findVersion(owner: Owner, database: string, name: string, version: string): GlueTable | undefined {
    return this.versions.get(owner, database, name, versionKey(version));
  }

  removeVersion(owner: Owner, database: string, name: string, version: string): void {
    this.versions.remove(owner, database, name, versionKey(version));
  }

  /** Lists versions, newest first. */
  listVersions(owner: Owner, database: string, name: string): GlueTable[] {
    return [...this.versions.list(owner, [database, name])].reverse();
  }

  findPartition(owner: Owner, database: string, table: string, values: readonly string[]): Partition | undefined {
    return this.partitions.get(owner, database, table, valuesKey(values));
  }

  putPartition(owner: Owner, partition: Partition): void {
    const at = [partition.DatabaseName as string, partition.TableName as string];
    this.partitions.put(owner, [...at, valuesKey(partition.Values ?? [])], partition);
  }

  /** Deletes a partition with its column statistics. */
  removePartition(owner: Owner, database: string, table: string, values: readonly string[]): void {
    this.partitions.remove(owner, database, table, valuesKey(values));
    const at = [database, table, statisticsKey(values)];
    for (const [column] of this.statistics.keys(owner, at)) this.statistics.remove(owner, ...at, column as string);
  }

  findStatistics(owner: Owner, place: StatisticsPlace, column: string): ColumnStatistics | undefined {
    return this.statistics.get(owner, ...statisticsOf(place), column.toLowerCase());
  }

  putStatistics(owner: Owner, place: StatisticsPlace, statistics: ColumnStatistics): void {
    const column = (statistics.ColumnName as string).toLowerCase();
    this.statistics.put(owner, [...statisticsOf(place), column], statistics);
  }

  removeStatistics(owner: Owner, place: StatisticsPlace, column: string): void {
    this.statistics.remove(owner, ...statisticsOf(place), column.toLowerCase());
  }

  /** Lists partitions in the order of their values. @param after values of the last partition of the page before */
  listPartitions(owner: Owner, database: string, table: string, after?: readonly string[]): Iterable<Partition> {
    return this.partitions.list(owner, [database, table], after && valuesKey(after));
  }
}

function versionKey(version: string | undefined): string {
  return (version ?? '0').padStart(12, '0');
}

function statisticsOf({ database, table, partition }: StatisticsPlace): string[] {
  return [database, table, statisticsKey(partition)];
}

function statisticsKey(partition: readonly string[] | undefined): string {
  return partition === undefined ? 'table' : `partition ${valuesKey(partition)}`;
}

function valuesKey(values: readonly string[]): string {
  const text = values.map((value) => value.replaceAll('\u0001', '\u0001\u0002')).join('\u0001');
  return Buffer.byteLength(text) <= MAX_VALUES_KEY ? text : createHash('sha256').update(text).digest('hex');
}
