import type { Table } from '@aws-sdk/client-glue';
import { type HiveType, HiveTypeError, parseHiveType, quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import type { TableColumn } from '../analyse/context';
import { notSupported, QueryError } from '../errors';
import { fromHive } from '../types/hive';
import { BIGINT, type TrinoType, VARCHAR, zoned } from '../types/type';
import { PICOS_PER_MILLI } from '../values/calendar';
import { literalSql, physicalName } from '../values/physical';
import { listOf, type TableFile } from './files';
import { NULL_PARTITION } from './pruning';

export interface ScanColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
}

/** Columns of a table's files, in order, names in lower case. @throws QueryError for a type that isn't Hive's. */
export function dataColumns(table: Table): ScanColumn[] {
  return (table.StorageDescriptor?.Columns ?? []).map(toScanColumn);
}

export function partitionColumns(table: Table): ScanColumn[] {
  return (table.PartitionKeys ?? []).map(toScanColumn);
}

function toScanColumn(column: { Name?: string; Type?: string }): ScanColumn {
  const name = (column.Name as string).toLowerCase();
  return { name, type: physicalName(fromHive(typed(name, column.Type ?? 'string'))) };
}

/** Columns of a table's files with the types that the catalog has. @throws QueryError for a type that isn't Hive's. */
export function hiveColumns({
  StorageDescriptor,
}: Pick<Table, 'StorageDescriptor'>): { name: string; type: HiveType }[] {
  return (StorageDescriptor?.Columns ?? []).map(({ Name = '', Type = 'string' }) => ({
    name: Name.toLowerCase(),
    type: typed(Name, Type),
  }));
}

function typed(name: string, type: string): HiveType {
  try {
    return parseHiveType(type);
  } catch (error) {
    if (!(error instanceof HiveTypeError)) throw error;
    throw new QueryError('HIVE_INVALID_METADATA', `Column ${name} has a type that is not supported: ${type}`);
  }
}

export type Format = 'parquet' | 'json' | 'csv';

/** The format of a table's files, by its SerDe. @throws QueryError for one that isn't read here. */
export function formatOf(table: Table): Format {
  const library = table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '';
  if (/parquet/i.test(library)) return 'parquet';
  if (/json/i.test(library)) return 'json';
  if (/OpenCSVSerde|LazySimpleSerDe/i.test(library)) return 'csv';
  if (/parquet/i.test(table.StorageDescriptor?.InputFormat ?? '')) return 'parquet';
  throw notSupported(`Reading tables with the SerDe ${library === '' ? '(none)' : library}`);
}

const HIDDEN: Readonly<Record<string, (file: TableFile) => string>> = {
  $path: (file) => quoteLiteral(file.uri),
  $file_size: (file) => String(file.size),
  $file_modified_time: (file) =>
    literalSql({ picos: BigInt(file.lastModified.getTime()) * PICOS_PER_MILLI, zone: 'UTC' }, MODIFIED_TIME),
  $partition: (file) => quoteLiteral([...file.values].map(([key, value]) => `${key}=${value}`).join('/')),
};
const MODIFIED_TIME = zoned(3);
const HIDDEN_TYPES: Readonly<Record<string, TrinoType>> = { $file_size: BIGINT, $file_modified_time: MODIFIED_TIME };
const hiddenType = (name: string): string => physicalName(HIDDEN_TYPES[name] ?? VARCHAR);

export const isHidden = (name: string): boolean => Object.hasOwn(HIDDEN, name);

/** The columns of {@link scanSql}, as the analysis sees them. */
export function tableColumns(table: Table, hidden: readonly string[]): TableColumn[] {
  const keys = hiveColumns({ StorageDescriptor: { Columns: table.PartitionKeys ?? [] } });
  return [
    ...[...hiveColumns(table), ...keys].map(({ name, type }) => ({ name, type: fromHive(type), hidden: false })),
    ...hidden.map((name) => ({ name, type: HIDDEN_TYPES[name] ?? VARCHAR, hidden: true })),
  ];
}

/** Where rows come from, and what a column's value in them is. */
export interface ScanSource {
  /** What stands behind FROM; it has `file_index`, a file's place among the files. */
  readonly from: string;
  readonly valueOf: (column: string) => string;
  /** Whether a value that isn't of the column's type is NULL. */
  readonly tolerant?: boolean;
}

/** Parquet files as a source. @param present names of the columns that they have. */
export function parquetSource(
  files: readonly TableFile[],
  present: ReadonlySet<string>,
  sameColumns: boolean,
): ScanSource {
  return {
    from: `read_parquet(${listOf(files)}, hive_partitioning = false${sameColumns ? '' : ', union_by_name = true'})`,
    valueOf: (name) => (present.has(name) ? quoteIdentifier(name) : 'NULL'),
  };
}

/**
 * The DuckDB query that yields a table's rows from exactly these files: the catalog's columns by name and type,
 * missing ones as NULL, then the partition keys, then the hidden columns that are asked for.
 * @param source undefined if there are no files.
 */
export function scanSql(
  table: Table,
  files: readonly TableFile[],
  hidden: readonly string[],
  source: ScanSource | undefined,
): string {
  const [data, keys] = [dataColumns(table), partitionColumns(table)];
  if (source === undefined) {
    const all = [...data, ...keys, ...hidden.map((name) => ({ name, type: hiddenType(name) }))];
    return `SELECT ${all.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`).join(', ')} WHERE FALSE`;
  }
  const cast = source.tolerant === true ? 'TRY_CAST' : 'CAST';
  const items = data.map(({ name, type }) => `${cast}(${source.valueOf(name)} AS ${type}) AS ${quoteIdentifier(name)}`);
  for (const { name, type } of keys) {
    items.push(
      `CAST(${perFile(files, (file) => partitionLiteral(file.values.get(name)))} AS ${type}) AS ${quoteIdentifier(name)}`,
    );
  }
  for (const name of hidden) {
    const value = perFile(files, HIDDEN[name] as (file: TableFile) => string);
    items.push(`CAST(${value} AS ${hiddenType(name)}) AS ${quoteIdentifier(name)}`);
  }
  return `SELECT ${items.join(', ')} FROM ${source.from}`;
}

function partitionLiteral(value = NULL_PARTITION): string {
  return value === NULL_PARTITION ? 'NULL' : quoteLiteral(value);
}

/** What is the same for all rows of a file. */
function perFile(files: readonly TableFile[], value: (file: TableFile) => string): string {
  const values = files.map(value);
  if (values.every((each) => each === values[0])) return values[0] as string;
  return `([${values.join(', ')}])[CAST(file_index AS BIGINT) + 1]`;
}
