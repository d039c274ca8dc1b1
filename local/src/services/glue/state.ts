import { createHash } from 'node:crypto';
import type {
  Database,
  Table as GlueTable,
  Partition,
  PartitionIndex,
  TableOptimizerConfiguration,
} from '@aws-sdk/client-glue';
import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { keysWithin } from '../../store/key-range';
import type { Table } from '../../store/store';
import { databaseNotFound, tableNotFound } from './errors';

/** Where a catalog is: each account has one in each region. */
export type Owner = Pick<Caller, 'accountId' | 'region'>;

/** A table as GetTable shows it, and its partition indexes. */
export interface StoredTable {
  readonly table: GlueTable;
  readonly indexes: readonly PartitionIndex[];
  /** By their types. @default none */
  readonly optimizers?: Readonly<Record<string, TableOptimizerConfiguration>>;
}

type Key = string[];

/** LMDB's keys are short: the values of a partition that are longer together are keyed by their hash. */
const MAX_VALUES_KEY = 600;

/** Databases, tables with their versions, partitions, tags; the only owner of the `glue.*` tables. */
export class GlueState {
  private readonly databases: Table<Database>;
  private readonly tables: Table<StoredTable>;
  private readonly versions: Table<GlueTable>;
  private readonly partitions: Table<Partition>;
  private readonly tags: Table<Record<string, string>>;

  constructor(private readonly cloud: Cloud) {
    this.databases = cloud.store.table('glue.databases');
    this.tables = cloud.store.table('glue.tables');
    this.versions = cloud.store.table('glue.versions');
    this.partitions = cloud.store.table('glue.partitions');
    this.tags = cloud.store.table('glue.tags');
  }

  transaction<T>(work: () => T): Promise<T> {
    return this.cloud.store.transaction(work);
  }

  findDatabase(owner: Owner, name: string): Database | undefined {
    return this.databases.get(key(owner, name));
  }

  /** @throws AwsError `EntityNotFoundException` */
  database(owner: Owner, name: string): Database {
    const found = this.findDatabase(owner, name);
    if (found === undefined) throw databaseNotFound(name);
    return found;
  }

  putDatabase(owner: Owner, database: Database): void {
    this.databases.put(key(owner, database.Name as string), database);
  }

  /** Removes a database with its tables. */
  removeDatabase(owner: Owner, name: string): void {
    for (const { table } of [...this.listTables(owner, name)]) this.removeTable(owner, name, table.Name as string);
    this.databases.remove(key(owner, name));
  }

  listDatabases(owner: Owner, after?: string): Iterable<Database> {
    return range(this.databases, key(owner), after === undefined ? undefined : [after]);
  }

  findTable(owner: Owner, database: string, name: string): StoredTable | undefined {
    return this.tables.get(key(owner, database, name));
  }

  /** @throws AwsError `EntityNotFoundException` for the database or the table. */
  table(owner: Owner, database: string, name: string): StoredTable {
    const found = this.findTable(owner, database, name);
    if (found !== undefined) return found;
    this.database(owner, database);
    throw tableNotFound(name);
  }

  /** Stores a table as its current version. @param archive whether the version before it stays readable. */
  putTable(owner: Owner, stored: StoredTable, archive: boolean): void {
    const { DatabaseName, Name, VersionId } = stored.table;
    const at = key(owner, DatabaseName as string, Name as string);
    const before = this.tables.get(at);
    if (before !== undefined && !archive) this.versions.remove([...at, versionKey(before.table.VersionId)]);
    this.versions.put([...at, versionKey(VersionId)], stored.table);
    this.tables.put(at, stored);
  }

  /** Removes a table with its versions and partitions. */
  removeTable(owner: Owner, database: string, name: string): void {
    const at = key(owner, database, name);
    for (const table of [this.versions, this.partitions]) {
      for (const found of [...table.getKeys(keysWithin(at))]) table.remove(found);
    }
    this.tables.remove(at);
  }

  listTables(owner: Owner, database: string, after?: string): Iterable<StoredTable> {
    return range(this.tables, key(owner, database), after === undefined ? undefined : [after]);
  }

  findVersion(owner: Owner, database: string, name: string, version: string): GlueTable | undefined {
    return this.versions.get([...key(owner, database, name), versionKey(version)]);
  }

  removeVersion(owner: Owner, database: string, name: string, version: string): void {
    this.versions.remove([...key(owner, database, name), versionKey(version)]);
  }

  /** Newest first. */
  listVersions(owner: Owner, database: string, name: string): GlueTable[] {
    return [...range(this.versions, key(owner, database, name))].reverse();
  }

  findPartition(owner: Owner, database: string, table: string, values: readonly string[]): Partition | undefined {
    return this.partitions.get([...key(owner, database, table), valuesKey(values)]);
  }

  putPartition(owner: Owner, partition: Partition): void {
    const at = key(owner, partition.DatabaseName as string, partition.TableName as string);
    this.partitions.put([...at, valuesKey(partition.Values ?? [])], partition);
  }

  removePartition(owner: Owner, database: string, table: string, values: readonly string[]): void {
    this.partitions.remove([...key(owner, database, table), valuesKey(values)]);
  }

  /** In the order of their values. @param after values of the last partition seen. */
  listPartitions(owner: Owner, database: string, table: string, after?: readonly string[]): Iterable<Partition> {
    return range(this.partitions, key(owner, database, table), after === undefined ? undefined : [valuesKey(after)]);
  }

  tagsOf(arn: string): Record<string, string> {
    return this.tags.get(arn) ?? {};
  }

  putTags(arn: string, tags: Record<string, string>): void {
    if (Object.keys(tags).length === 0) this.tags.remove(arn);
    else this.tags.put(arn, tags);
  }
}

function key(owner: Owner, ...names: string[]): Key {
  return [owner.accountId, owner.region, ...names];
}

function* range<V>(table: Table<V>, prefix: Key, after?: Key): Generator<V> {
  for (const { value } of table.getRange(keysWithin(prefix, after))) yield value;
}

function versionKey(version: string | undefined): string {
  return (version ?? '0').padStart(12, '0');
}

function valuesKey(values: readonly string[]): string {
  const text = values.map((value) => value.replaceAll('\u0001', '\u0001\u0002')).join('\u0001');
  return Buffer.byteLength(text) <= MAX_VALUES_KEY ? text : createHash('sha256').update(text).digest('hex');
}
