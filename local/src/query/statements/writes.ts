import type { Table } from '@aws-sdk/client-glue';
import { icebergTable, isIceberg } from '../../catalog/iceberg';
import { AwsError } from '../../core/errors';
import { parseHiveType, quoteIdentifier, toDuckdbType } from '../../core/hive-types';
import { splitS3Uri } from '../../core/s3-uri';
import { createTable } from '../../services/glue/operations/create-table';
import { getPartition } from '../../services/glue/operations/get-partitions';
import { listObjectsV2 } from '../../services/s3/operations/list-objects';
import { putObject } from '../../services/s3/operations/put-object';
import { fromDuckdb } from '../duckdb-errors';
import { castSql } from '../emit/cast';
import { notSupported, QueryError } from '../errors';
import { scriptCall } from '../functions/script-call';
import type { ResultColumn } from '../result/type-names';
import { withBoundQuery } from '../run';
import type { Session } from '../session';
import type { Expression, Query } from '../sql/ast';
import type { Statement } from '../sql/statement';
import type { Position } from '../sql/tokens';
import type { StatementOutcome } from '../statement-protocol';
import { findTable } from '../tables/bind';
import { projectionOf, withSlash } from '../tables/projection';
import { dataColumns, formatOf, partitionColumns } from '../tables/scan';
import { commonType } from '../types/coercion';
import { fromHive, toHive } from '../types/hive';
import { BIGINT, type TrinoType, typeName } from '../types/type';
import { isBucketable } from '../values/hive-hash';
import type { StatementContext, Undo } from './context';
import { maybeTable, placeOf, STORAGE_FORMATS } from './glue-table';
import { ddl } from './hive-errors';
import { createIcebergTableAs } from './iceberg/create-table';
import { insertIntoIceberg } from './iceberg/insert';
import { checkOutputNames } from './output-names';
import { escapePath, partitionPath, registerPartitions } from './partitions';
import { noResult } from './text-result';
import {
  BUCKET,
  deliver,
  objectsOf,
  removeScratch,
  type WriteOptions,
  type WrittenFile,
  writeRows,
} from './write-rows';

type Settings = Readonly<Record<string, Expression>>;

/** Destination of files of rows. */
interface Placement {
  /** Prefix of a partition's objects, with a slash at its end. */
  readonly folderOf: (values: string[]) => string;
  /** Changes of {@link publish} to undo on failure. */
  readonly undo?: Pick<Undo, 'table' | 'partitions'>;
  /** Registers the files in the catalog, once all objects exist. */
  readonly publish?: () => Promise<void>;
}

/**
 * Writes a query's rows; failures are in a query's words. The manifest comes first: it lists the objects that the
 * statement is about to write ("Identify query output files").
 * @param place decides the destination of the files
 * @param manifestFolder prefix of the manifest. @default that of the results
 */
async function write(
  query: Query,
  context: StatementContext,
  cast: (columns: readonly ResultColumn[]) => string[],
  options: Omit<WriteOptions, 'scratch'>,
  place: (files: readonly WrittenFile[], columns: readonly ResultColumn[]) => Placement | Promise<Placement>,
  manifestFolder = context.resultFolder,
): Promise<StatementOutcome> {
  const { session, run } = context;
  const manifestLocation = `${manifestFolder}${context.id}-manifest.csv`;
  const scratch = `${context.path}-files`;
  try {
    const rows = await withBoundQuery(query, session, run, async ({ sql, sources, columns }) => {
      const rowsSql = `SELECT ${cast(columns).join(', ')} FROM (${sql})`;
      const written = await writeRows({ sql: rowsSql, sources }, session.engine, { ...options, scratch });
      const { folderOf, undo, publish } = await place(written.files, columns);
      const objects = objectsOf(written.files, context.id, folderOf);
      await putLines(manifestLocation, objects, session);
      await context.writes.begin({ ...undo, objects, manifestLocation });
      await deliver(written.files, objects, session);
      await publish?.();
      return written.rows;
    });
    return { ...(await noResult(context, rows)), manifestLocation };
  } catch (error) {
    if (error instanceof AwsError) throw new QueryError('PERMISSION_DENIED', error.message);
    throw fromDuckdb(error);
  } finally {
    removeScratch(scratch);
  }
}

async function putLines(location: string, lines: readonly string[], { cloud, caller }: Session): Promise<void> {
  const { Bucket, Key } = splitS3Uri(location);
  await cloud.call(putObject, { Bucket, Key, Body: Buffer.from(lines.map((line) => `${line}\n`).join('')) }, caller);
}

/** Columns with types that Hive can store. @throws QueryError `NOT_SUPPORTED` for other types */
function storable(columns: readonly ResultColumn[]): string[] {
  return columns.map(({ name, type }, index) => {
    if (type.kind === 'unknown') {
      throw new QueryError('COLUMN_TYPE_UNKNOWN', `Column type is unknown at position ${index + 1}`, {
        line: 1,
        column: 1,
      });
    }
    return `CAST("c${index}" AS ${toDuckdbType(parseHiveType(hiveTypeOf(type)))}) AS ${quoteIdentifier(name)}`;
  });
}

function hiveTypeOf(type: TrinoType): string {
  const found = toHive(type);
  if (found === undefined) throw notSupported(`Unsupported Hive type: ${typeName(type)}`);
  return found;
}

function text(settings: Settings, name: string): string | undefined {
  const value = settings[name];
  if (value === undefined) return undefined;
  if (value.kind === 'string') return value.value;
  throw new QueryError('INVALID_TABLE_PROPERTY', `The property ${name} must be a text`, value.at);
}

function texts(settings: Settings, name: string): string[] {
  const value = settings[name];
  if (value === undefined) return [];
  if (value.kind !== 'array')
    throw new QueryError('INVALID_TABLE_PROPERTY', `The property ${name} must be an ARRAY`, value.at);
  return value.items.map((item) => {
    if (item.kind === 'string') return item.value.toLowerCase();
    throw new QueryError('INVALID_TABLE_PROPERTY', `The property ${name} must be an ARRAY of texts`, item.at);
  });
}

/** Checks partition keys before any row is written. @throws QueryError in Trino's words and order */
function checkPartitionKeys(columns: readonly ResultColumn[], keys: readonly string[]): void {
  const names = columns.map(({ name }) => name);
  const missing = keys.filter((key) => !names.includes(key));
  const invalid = (detail: string) => new QueryError('INVALID_TABLE_PROPERTY', detail);
  if (missing.length > 0) throw invalid(`Partition columns [${missing.join(', ')}] not present in schema`);
  if (names.length === keys.length) throw invalid('Table contains only partition columns');
  if (keys.some((key, index) => key !== names[names.length - keys.length + index]))
    throw new QueryError(
      'HIVE_COLUMN_ORDER_MISMATCH',
      `Partition keys must be the last columns in the table and in the same order as the table properties: [${keys.join(', ')}]`,
    );
}

interface Buckets {
  readonly columns: readonly string[];
  readonly count: number;
}

/**
 * Bucketing properties. @throws QueryError `INVALID_TABLE_PROPERTY` for only one of `bucketed_by` and `bucket_count`,
 * or an invalid number
 */
function bucketsOf(properties: Settings, at: Position): Buckets | undefined {
  const columns = texts(properties, 'bucketed_by');
  const count = properties.bucket_count;
  if (columns.length === 0 && count === undefined) return undefined;
  if (columns.length === 0 || count === undefined)
    throw new QueryError('INVALID_TABLE_PROPERTY', 'bucketed_by and bucket_count must be specified together', at);
  if (count.kind !== 'number' || !/^[1-9]\d*$/.test(count.value))
    throw new QueryError('INVALID_TABLE_PROPERTY', 'bucket_count must be greater than zero', count.at);
  return { columns, count: Number(count.value) };
}

/**
 * A row's bucket, by Hive's hash of the columns. @throws QueryError for a missing column, or one that can't be hashed
 */
function bucketSql(columns: readonly ResultColumn[], keys: readonly string[], { columns: by, count }: Buckets): string {
  const hashes = by.map((name) => {
    const place = columns.findIndex((column) => column.name === name);
    const found = columns[place];
    if (found === undefined || keys.includes(name))
      throw new QueryError('INVALID_TABLE_PROPERTY', `Bucketing columns [${name}] not present in schema`);
    if (!isBucketable(found.type)) throw notSupported(`Bucketing by the type ${typeName(found.type)}`);
    return { sql: `"c${place}"`, type: found.type };
  });
  const hash = hashes.reduce(
    (sum, each) => `(31 * ${sum} + coalesce(${scriptCall('hive_hash', [each], BIGINT)}, 0)) % 4294967296`,
    'CAST(0 AS BIGINT)',
  );
  return `CAST(((${hash}) & 2147483647) % ${count} AS INTEGER) AS ${quoteIdentifier(BUCKET)}`;
}

export async function createTableAs(
  statement: Statement & { kind: 'create-table-as' },
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  if (text(statement.properties, 'table_type')?.toUpperCase() === 'ICEBERG')
    return createIcebergTableAs(statement, context);
  const { properties, query } = statement;
  const [DatabaseName, Name] = placeOf(statement.table, session);
  if ((await maybeTable(statement.table, session)) !== undefined) {
    if (statement.ifNotExists) return noResult(context);
    throw new QueryError(
      'TABLE_ALREADY_EXISTS',
      `Table 'awsdatacatalog.${DatabaseName}.${Name}' already exists`,
      statement.table.at,
    );
  }
  const buckets = bucketsOf(properties, statement.table.at);
  checkOutputNames(query);
  const format = text(properties, 'format')?.toUpperCase() ?? 'PARQUET';
  const storage = STORAGE_FORMATS[format];
  if (storage === undefined) throw notSupported(`Writing the format ${format}`, statement.table.at);
  const keys = texts(properties, 'partitioned_by');
  const location = withSlash(text(properties, 'external_location') ?? `${context.resultFolder}tables/${context.id}`);
  await checkEmpty(location, session);
  const delimiter = text(properties, 'field_delimiter');
  const compression = text(properties, 'write_compression') ?? text(properties, 'parquet_compression');
  const shown = statement.withData
    ? query
    : { ...query, limit: { kind: 'number' as const, value: '0', at: statement.table.at } };
  return write(
    shown,
    context,
    (columns) => {
      checkPartitionKeys(columns, keys);
      return [...storable(columns), ...(buckets === undefined ? [] : [bucketSql(columns, keys, buckets)])];
    },
    { format, compression, delimiter, partitionBy: keys, bucketed: buckets !== undefined },
    (files, columns) => {
      const data = columns.slice(0, columns.length - keys.length);
      const toColumn = ({ name, type }: ResultColumn) => ({ Name: name, Type: hiveTypeOf(type) });
      const TableInput = {
        Name,
        TableType: 'EXTERNAL_TABLE',
        Parameters: { EXTERNAL: 'TRUE', has_encrypted_data: 'false', classification: format.toLowerCase() },
        PartitionKeys: columns.slice(data.length).map(toColumn),
        StorageDescriptor: {
          Columns: data.map(toColumn),
          Location: location,
          InputFormat: storage.input,
          OutputFormat: storage.output,
          ...(buckets && { BucketColumns: [...buckets.columns], NumberOfBuckets: buckets.count }),
          SerdeInfo: {
            SerializationLibrary: storage.serde,
            Parameters: {
              'serialization.format': '1',
              ...(format === 'TEXTFILE' && { 'field.delim': delimiter ?? '\u0001' }),
            },
          },
        },
      };
      const table: Table = { ...TableInput, DatabaseName };
      const folderOf = (values: string[]) =>
        keys.length === 0 ? location : `${location}${partitionPath(table, values)}/`;
      const publish = async () => {
        await ddl(session.cloud.call(createTable, { DatabaseName, TableInput }, session.caller));
        await register(table, partitionsOf(table, files), folderOf, session);
      };
      return { folderOf, undo: { table: { DatabaseName, Name, location } }, publish };
    },
    `${context.resultFolder}tables/`,
  );
}

/** The partitions of files, without duplicates. */
function partitionsOf(table: Table, files: readonly WrittenFile[]): string[][] {
  if ((table.PartitionKeys ?? []).length === 0) return [];
  return [...new Map(files.map(({ values }) => [JSON.stringify(values), values])).values()];
}

async function register(table: Table, values: string[][], folderOf: (values: string[]) => string, session: Session) {
  await registerPartitions(
    table,
    values.map((each) => ({ values: each, location: folderOf(each) })),
    session,
  );
}

/** Partitions that the catalog lacks. */
async function missing(table: Table, values: string[][], { cloud, caller }: Session): Promise<string[][]> {
  const at = { DatabaseName: table.DatabaseName as string, TableName: table.Name as string };
  const found: string[][] = [];
  for (const PartitionValues of values) {
    try {
      await cloud.call(getPartition, { ...at, PartitionValues }, caller);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'EntityNotFoundException') throw error;
      found.push(PartitionValues);
    }
  }
  return found;
}

/** Checks that a location is empty. @throws QueryError `HIVE_PATH_ALREADY_EXISTS`, as in Athena */
async function checkEmpty(location: string, { cloud, caller }: Session): Promise<void> {
  const { Bucket, Key: Prefix } = splitS3Uri(location);
  if (Bucket === '') throw new QueryError('INVALID_TABLE_PROPERTY', `Not a folder of S3: ${location}`);
  const { KeyCount } = await ddl(cloud.call(listObjectsV2, { Bucket, Prefix, MaxKeys: 1 }, caller));
  if ((KeyCount ?? 0) > 0) {
    throw new QueryError('HIVE_PATH_ALREADY_EXISTS', `Target directory for table already exists: ${location}`);
  }
}

const typesOf = (table: Table): Map<string, TrinoType> =>
  new Map(
    [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].map(
      ({ Name = '', Type = 'string' }) => [Name.toLowerCase(), fromHive(parseHiveType(Type))],
    ),
  );

/**
 * Checks the columns of an INSERT. @throws QueryError `TYPE_MISMATCH` for a wrong number, or a type that can't become
 * the table's
 */
function checkInsertable(wanted: readonly (TrinoType | undefined)[], given: readonly TrinoType[], at: Position): void {
  const fits = given.every((type, index) => {
    const to = wanted[index];
    return to === undefined || commonType(type, to) !== undefined;
  });
  if (fits && wanted.length === given.length) return;
  const shown = (types: readonly (TrinoType | undefined)[]) => types.map((type) => type && typeName(type)).join(', ');
  throw new QueryError(
    'TYPE_MISMATCH',
    `Insert query has mismatched column types: Table: [${shown(wanted)}], Query: [${shown(given)}]`,
    at,
  );
}

export async function insertInto(
  statement: Statement & { kind: 'insert' },
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  const table = await findTable(session, statement.table.parts, statement.table.at);
  if (table.TableType === 'VIRTUAL_VIEW') throw notSupported('Inserting into views', statement.table.at);
  if (isIceberg(table)) {
    const types = typesOf(table);
    return insertIntoIceberg(
      statement,
      icebergTable(session.cloud, session.caller, table),
      context,
      (named, columns) => {
        checkInsertable(
          named.map((name) => types.get(name)),
          columns.map(({ type }) => type),
          statement.at,
        );
      },
    );
  }
  const format = { parquet: 'PARQUET', json: 'JSON', csv: 'TEXTFILE' }[formatOf(table)];
  const keys = partitionColumns(table);
  const all = [...dataColumns(table), ...keys];
  const named = statement.columns.length === 0 ? all.map(({ name }) => name) : statement.columns;
  const types = typesOf(table);
  const cast = (columns: readonly ResultColumn[]) => {
    checkInsertable(
      named.map((name) => types.get(name)),
      columns.map(({ type }) => type),
      statement.at,
    );
    return all.map(({ name, type }) => {
      const place = named.indexOf(name);
      const [from, to] = [columns[place]?.type, types.get(name)];
      const value = from && to ? castSql(`"c${place}"`, from, to, false, session.now) : 'NULL';
      return `CAST(${value} AS ${type}) AS ${quoteIdentifier(name)}`;
    });
  };
  const delimiter = table.StorageDescriptor?.SerdeInfo?.Parameters?.['field.delim'];
  const location = withSlash(table.StorageDescriptor?.Location ?? '');
  const projection = projectionOf(table, session.now);
  const folderOf = (values: string[]) => {
    if (keys.length === 0) return location;
    if (projection === undefined) return `${location}${partitionPath(table, values)}/`;
    return projection.template.replaceAll(/\$\{([^}]+)\}/g, (_whole, name: string) => {
      const at = keys.findIndex((key) => key.name === name.toLowerCase());
      return projection.keys[at]?.written(values[at] ?? '') ?? '';
    });
  };
  const options = { format, delimiter, partitionBy: keys.map(({ name }) => name) };
  return write(statement.query, context, cast, options, async (files) => {
    if (projection !== undefined) return { folderOf };
    const values = await missing(table, partitionsOf(table, files), session);
    const { DatabaseName = '', Name = '' } = table;
    return {
      folderOf,
      undo: { partitions: { DatabaseName, TableName: Name, values } },
      publish: () => register(table, values, folderOf, session),
    };
  });
}

const UNLOAD_PROPERTIES = ['format', 'partitioned_by', 'compression', 'field_delimiter', 'compression_level'];
const UNLOAD_FORMATS = ['ORC', 'PARQUET', 'AVRO', 'JSON', 'TEXTFILE'];

/** Checks UNLOAD's properties ("UNLOAD" in Athena's guide). @throws QueryError for an unknown property or format */
function checkUnload(properties: Settings): void {
  const unknown = Object.entries(properties).find(([name]) => !UNLOAD_PROPERTIES.includes(name));
  if (unknown !== undefined)
    throw new QueryError('INVALID_TABLE_PROPERTY', `UNLOAD has no property '${unknown[0]}'`, unknown[1].at);
  const format = text(properties, 'format')?.toUpperCase();
  if (format === undefined || UNLOAD_FORMATS.includes(format)) return;
  const formats = UNLOAD_FORMATS.join(', ');
  throw new QueryError(
    'INVALID_TABLE_PROPERTY',
    `UNLOAD has no format ${format}: it writes ${formats}`,
    properties.format?.at,
  );
}

export async function unload(
  statement: Statement & { kind: 'unload' },
  context: StatementContext,
): Promise<StatementOutcome> {
  const { properties, query } = statement;
  const location = withSlash(statement.location);
  checkUnload(properties);
  await checkEmpty(location, context.session);
  const keys = texts(properties, 'partitioned_by');
  const options = {
    format: text(properties, 'format') ?? 'PARQUET',
    compression: text(properties, 'compression'),
    delimiter: text(properties, 'field_delimiter'),
    partitionBy: keys,
  };
  const cast = (columns: readonly ResultColumn[]) => {
    checkPartitionKeys(columns, keys);
    return storable(columns);
  };
  const folderOf = (values: string[]) =>
    location + keys.map((key, index) => `${key}=${escapePath(values[index] ?? '')}/`).join('');
  return write(query, context, cast, options, () => ({ folderOf }));
}
