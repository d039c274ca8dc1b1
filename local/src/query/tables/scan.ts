import type { Table } from '@aws-sdk/client-glue';
import { HiveTypeError, parseHiveType, quoteIdentifier, quoteLiteral, toDuckdbType } from '../../core/hive-types';
import { notSupported, QueryError } from '../errors';
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
  try {
    return { name, type: toDuckdbType(parseHiveType(column.Type ?? 'string')) };
  } catch (error) {
    if (!(error instanceof HiveTypeError)) throw error;
    throw new QueryError('HIVE_INVALID_METADATA', `Column ${name} has a type that is not supported: ${column.Type}`);
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
  $file_modified_time: (file) => quoteLiteral(file.lastModified.toISOString().replace('T', ' ').replace('Z', '+00')),
  $partition: (file) => quoteLiteral([...file.values].map(([key, value]) => `${key}=${value}`).join('/')),
};
const HIDDEN_TYPES: Readonly<Record<string, string>> = { $file_size: 'BIGINT', $file_modified_time: 'TIMESTAMPTZ' };

export const isHidden = (name: string): boolean => Object.hasOwn(HIDDEN, name);

/**
 * The DuckDB query that yields a table's rows from exactly these files: the catalog's columns by name and type,
 * missing ones as NULL, then the partition keys, then the hidden columns that are asked for.
 * @param present names of the columns that the Parquet files have.
 * @param jsonValues the columns' values in JSON objects. @default by the columns' names
 */
export function scanSql(
  table: Table,
  files: readonly TableFile[],
  hidden: readonly string[],
  present: ReadonlySet<string>,
  sameColumns: boolean,
  jsonValues?: ReadonlyMap<string, string>,
): string {
  const [data, keys] = [dataColumns(table), partitionColumns(table)];
  if (files.length === 0) {
    const all = [...data, ...keys, ...hidden.map((name) => ({ name, type: HIDDEN_TYPES[name] ?? 'VARCHAR' }))];
    return `SELECT ${all.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`).join(', ')} WHERE FALSE`;
  }
  const format = formatOf(table);
  const items = data.map(({ name, type }) => {
    const missing = format === 'parquet' && !present.has(name);
    const value = missing ? 'NULL' : (jsonValues?.get(name) ?? quoteIdentifier(name));
    return `${castOf(table, value, type)} AS ${quoteIdentifier(name)}`;
  });
  for (const { name, type } of keys) {
    items.push(
      `CAST(${perFile(files, (file) => partitionLiteral(file.values.get(name)))} AS ${type}) AS ${quoteIdentifier(name)}`,
    );
  }
  for (const name of hidden) {
    const value = perFile(files, HIDDEN[name] as (file: TableFile) => string);
    items.push(`CAST(${value} AS ${HIDDEN_TYPES[name] ?? 'VARCHAR'}) AS ${quoteIdentifier(name)}`);
  }
  return `SELECT ${items.join(', ')} FROM ${reader(table, format, jsonValues === undefined ? data : undefined, files, sameColumns)}`;
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

/** CSV is read as text: what doesn't parse is NULL, as LazySimpleSerDe has it. */
function castOf(table: Table, value: string, type: string): string {
  return formatOf(table) === 'csv' && type !== 'VARCHAR'
    ? `TRY_CAST(nullif(${value}, '') AS ${type})`
    : `CAST(${value} AS ${type})`;
}

function reader(
  table: Table,
  format: Format,
  columns: readonly ScanColumn[] | undefined,
  files: readonly TableFile[],
  sameColumns: boolean,
): string {
  const paths = listOf(files);
  if (format === 'parquet')
    return `read_parquet(${paths}, hive_partitioning = false${sameColumns ? '' : ', union_by_name = true'})`;
  const types = (type: (column: ScanColumn) => string) =>
    `{${(columns ?? []).map((column) => `${quoteLiteral(column.name)}: ${quoteLiteral(type(column))}`).join(', ')}}`;
  const settings = table.StorageDescriptor?.SerdeInfo?.Parameters ?? {};
  if (format === 'json') {
    const tolerant = settings['ignore.malformed.json']?.toLowerCase() === 'true' ? ', ignore_errors = true' : '';
    if (columns === undefined) return `read_ndjson_objects(${paths}, hive_partitioning = false${tolerant})`;
    return `read_json(${paths}, format = 'newline_delimited', hive_partitioning = false, columns = ${types(({ type }) => type)}${tolerant})`;
  }
  const open = /OpenCSV/i.test(table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '');
  const delimiter = open
    ? (settings.separatorChar ?? ',')
    : (settings['field.delim'] ?? settings['serialization.format'] ?? '\u0001');
  const quoteMark = open ? (settings.quoteChar ?? '"') : '';
  const escapeMark = open ? (settings.escapeChar ?? '\\') : (settings['escape.delim'] ?? '');
  const skip = Number(table.Parameters?.['skip.header.line.count'] ?? 0);
  return (
    `read_csv(${paths}, auto_detect = false, header = false, hive_partitioning = false, null_padding = true, ` +
    `strict_mode = false, skip = ${Number.isInteger(skip) ? skip : 0}, delim = ${quoteLiteral(delimiter)}, ` +
    `quote = ${quoteLiteral(quoteMark)}, escape = ${quoteLiteral(escapeMark)}${open ? '' : `, nullstr = ${quoteLiteral(settings['serialization.null.format'] ?? '\\N')}`}, ` +
    `columns = ${types(() => 'VARCHAR')})`
  );
}
