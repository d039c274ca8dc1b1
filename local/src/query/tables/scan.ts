import type { Table } from '@aws-sdk/client-glue';
import { type HiveType, HiveTypeError, parseHiveType, quoteIdentifier } from '../../core/hive-types';
import type { TableColumn } from '../analyse/context';
import { notSupported, QueryError } from '../errors';
import { fromHive } from '../types/hive';
import { BIGINT, type TrinoType, VARCHAR, zoned } from '../types/type';
import { PICOS_PER_MILLI } from '../values/calendar';
import { literalSql, physicalName } from '../values/physical';
import type { TableFile } from './files';
import { fileList, PerFile, type Variables } from './per-file';
import { NULL_PARTITION } from './pruning';

export interface ScanColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
}

/** Columns of a table's files, in order, in lower case. @throws QueryError for a type that isn't Hive's */
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

/** Columns of a table's files with the catalog's types. @throws QueryError for a type that isn't Hive's */
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

/** Format of a table's files, by its SerDe. @throws QueryError for an unsupported one */
export function formatOf(table: Table): Format {
  const library = table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '';
  if (/parquet/i.test(library)) return 'parquet';
  if (/json/i.test(library)) return 'json';
  if (/OpenCSVSerde|LazySimpleSerDe/i.test(library)) return 'csv';
  if (/parquet/i.test(table.StorageDescriptor?.InputFormat ?? '')) return 'parquet';
  throw notSupported(`Reading tables with the SerDe ${library === '' ? '(none)' : library}`);
}

const HIDDEN: Readonly<Record<string, (file: TableFile) => string>> = {
  $path: ({ uri }) => uri,
  $file_size: ({ size }) => String(size),
  $file_modified_time: ({ lastModified }) =>
    literalSql({ picos: BigInt(lastModified.getTime()) * PICOS_PER_MILLI, zone: 'UTC' }, MODIFIED_TIME),
  $partition: ({ values }) => [...values].map(([key, value]) => `${key}=${value}`).join('/'),
};
const MODIFIED_TIME = zoned(3);
const HIDDEN_TYPES: Readonly<Record<string, TrinoType>> = { $file_size: BIGINT, $file_modified_time: MODIFIED_TIME };
const hiddenType = (name: string): string => physicalName(HIDDEN_TYPES[name] ?? VARCHAR);

export const isHidden = (name: string): boolean => Object.hasOwn(HIDDEN, name);

/** The columns of {@link scanSql}, for the analysis. */
export function tableColumns(table: Table, hidden: readonly string[]): TableColumn[] {
  const keys = hiveColumns({ StorageDescriptor: { Columns: table.PartitionKeys ?? [] } });
  return [
    ...[...hiveColumns(table), ...keys].map(({ name, type }) => ({ name, type: fromHive(type), hidden: false })),
    ...hidden.map((name) => ({ name, type: HIDDEN_TYPES[name] ?? VARCHAR, hidden: true })),
  ];
}

/** Source of rows, and the SQL of a column's value in them. */
export interface ScanSource {
  /** SQL after FROM; it has `file_index`, a file's index among the files. */
  readonly from: string;
  readonly valueOf: (column: string) => string;
  /** Whether a value outside of the column's type is read as NULL. */
  readonly tolerant?: boolean;
  readonly variables?: Variables;
}

/** A query in the engine's SQL for a table's rows, and the lists that it refers to. */
export interface ScanSql {
  readonly sql: string;
  readonly variables: Variables;
}

/** Parquet files as a source. @param present names of the columns that the files have */
export function parquetSource(
  files: readonly TableFile[],
  present: ReadonlySet<string>,
  sameColumns: boolean,
): ScanSource {
  const list = fileList(files);
  return {
    from: `read_parquet(${list.sql}, hive_partitioning = false${sameColumns ? '' : ', union_by_name = true'})`,
    valueOf: (name) => (present.has(name) ? quoteIdentifier(name) : 'NULL'),
    variables: list.variables,
  };
}

/**
 * SQL of a table's rows from exactly these files: the catalog's columns by name and type, missing ones as NULL, then
 * the partition keys, then the requested hidden columns.
 * @param source undefined without files
 * @param named the only columns that are there, beside the hidden ones @default all
 */
export function scanSql(
  table: Table,
  files: readonly TableFile[],
  hidden: readonly string[],
  source: ScanSource | undefined,
  named?: ReadonlySet<string>,
): ScanSql {
  const { data, keys, extra } = scanColumns(table, hidden, named);
  if (source === undefined) {
    return { sql: `SELECT ${[...data, ...keys, ...extra].map(nullColumn).join(', ')} WHERE FALSE`, variables: {} };
  }
  const perFile = new PerFile(files);
  const cast = source.tolerant === true ? 'TRY_CAST' : 'CAST';
  const items = data.map(({ name, type }) => `${cast}(${source.valueOf(name)} AS ${type}) AS ${quoteIdentifier(name)}`);
  for (const { name, type } of keys) {
    const value = perFile.sql(({ values }) => partitionText(values.get(name)));
    items.push(`CAST(${value} AS ${type}) AS ${quoteIdentifier(name)}`);
  }
  for (const { name, type } of extra) {
    const own = HIDDEN[name] as (file: TableFile) => string;
    // A zoned time is an expression: no text can be cast to it.
    const value = name === '$file_modified_time' ? perFile.expression(own) : perFile.sql(own);
    items.push(`CAST(${value} AS ${type}) AS ${quoteIdentifier(name)}`);
  }
  return {
    sql: `SELECT ${items.join(', ')} FROM ${perFile.joined(source.from)}`,
    variables: { ...source.variables, ...perFile.variables },
  };
}

function scanColumns(table: Table, hidden: readonly string[], named?: ReadonlySet<string>) {
  const wanted = (columns: ScanColumn[]) => columns.filter(({ name }) => named === undefined || named.has(name));
  return {
    data: wanted(dataColumns(table)),
    keys: wanted(partitionColumns(table)),
    extra: hidden.map((name) => ({ name, type: hiddenType(name) })),
  };
}

/** SQL of the rows of a {@link scanSql} that a table holds: all columns, those that it doesn't hold as NULL. */
export function heldSql(
  table: Table,
  hidden: readonly string[],
  held: string,
  named: ReadonlySet<string> | undefined,
): string {
  const { data, keys, extra } = scanColumns(table, hidden);
  const items = [...data, ...keys].map((column) =>
    named === undefined || named.has(column.name) ? quoteIdentifier(column.name) : nullColumn(column),
  );
  return `SELECT ${[...items, ...extra.map(({ name }) => quoteIdentifier(name))].join(', ')} FROM ${quoteIdentifier(held)}`;
}

/** Rows per list in counted SQL: longer lists would take too much memory. */
const PIECE = 100_000;

/**
 * SQL of the same rows for a query that reads no column of the files: from the row counts of the footers, without
 * opening a file.
 * @param rows number of rows of each file, in order
 */
export function countedSql(table: Table, files: readonly TableFile[], rows: readonly number[]): ScanSql {
  const counts = new Map<TableFile['values'], { file: TableFile; rows: number }>();
  files.forEach((file, index) => {
    const count = counts.get(file.values) ?? { file, rows: 0 };
    count.rows += rows[index] ?? 0;
    counts.set(file.values, count);
  });
  const pieces = [...counts.values()].flatMap(({ file, rows: all }) =>
    Array.from({ length: Math.ceil(all / PIECE) }, (_, index) => ({
      file,
      rows: Math.min(PIECE, all - index * PIECE),
    })),
  );
  if (pieces.length === 0) return scanSql(table, [], [], undefined);
  const perFile = new PerFile(pieces.map(({ file }) => file));
  const numbers = new PerFile(pieces.map(({ file }, index) => ({ ...file, size: pieces[index]?.rows ?? 0 })));
  const keys = partitionColumns(table).map(({ name, type }) => {
    const value = perFile.sql(({ values }) => partitionText(values.get(name)));
    return `CAST(${value} AS ${type}) AS ${quoteIdentifier(name)}`;
  });
  const count = numbers.sql(({ size }) => String(size));
  const places = `(SELECT unnest(generate_series(0, ${pieces.length - 1})) AS file_index)`;
  const items = [...dataColumns(table).map(nullColumn), ...keys, `unnest(range(CAST(${count} AS BIGINT))) AS ${ROW}`];
  return {
    sql: `SELECT * EXCLUDE (${ROW}) FROM (SELECT ${items.join(', ')} FROM ${numbers.joined(perFile.joined(places))})`,
    variables: { ...perFile.variables, ...numbers.variables },
  };
}

const ROW = quoteIdentifier(' row');

const nullColumn = ({ name, type }: ScanColumn) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`;
const partitionText = (value = NULL_PARTITION) => (value === NULL_PARTITION ? null : value);
