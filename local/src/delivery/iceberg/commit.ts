import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connectionEngine, icebergTable } from '../../catalog/iceberg';
import type { Cloud } from '../../core/cloud';
import { Duckdb } from '../../core/duckdb';
import { AwsError } from '../../core/errors';
import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { CommitConflict, IcebergError } from '../../iceberg/format/errors';
import { currentSchema, currentSnapshot, type TableMetadata } from '../../iceberg/format/metadata';
import { duckdbTypeOf } from '../../iceberg/format/schema';
import { append, type CommitOptions, commitRows } from '../../iceberg/table/changes';
import { planScan, scan } from '../../iceberg/table/scan';
import type { EngineRelation } from '../../iceberg/table/storage';
import type { IcebergTable } from '../../iceberg/table/table';
import { type FileWriter, writeDataFiles } from '../../iceberg/table/write-files';
import type { IcebergSettings } from '../../services/firehose/iceberg';
import type { DeliveryStream } from '../../services/firehose/state';
import { DeliveryFailure } from '../failure';
import { callerOf } from '../role';
import { uniqueKeysOf } from './transform';

/** Entry of a snapshot's summary by which a restart finds out whether a buffer was committed. */
const BATCH = 'firehose-batch-id';
/** Attempts of a commit against other writers before the delivery counts as failed. */
const RETRIES = 10;
/** Attempts of an update against concurrent changes of the same rows. */
const CONFLICTS = 5;
/** Most bytes of a line: a record of 10 MiB, once in base64 and once as a row. */
const MAX_LINE_BYTES = 1 << 25;
const MIN_LINE_BYTES = 1 << 20;
/** Most partitions that a buffer may write. */
const MAX_PARTITIONS = 500;

/** A buffer's rows for one table, in a file of lines. */
export interface RowsForTable {
  readonly database: string;
  readonly table: string;
  /** File of {@link import('./transform').RowLine}s. */
  readonly path: string;
  /** Unique id of the buffer. */
  readonly batch: string;
}

/**
 * Commits a buffer's rows to their table as one snapshot, unless they are committed already. @throws DeliveryFailure
 */
export async function commitToTable(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: IcebergSettings,
  rows: RowsForTable,
): Promise<void> {
  const table = await tableOf(cloud, stream, settings, rows);
  const scratch = join(cloud.state(Duckdb).tempDir, randomUUID());
  mkdirSync(scratch, { recursive: true });
  const connection = await cloud.state(Duckdb).connect();
  const writer: FileWriter = {
    storage: table.storage,
    engine: connectionEngine(connection),
    scratch,
    maxPartitions: MAX_PARTITIONS,
  };
  const options: CommitOptions = {
    now: () => cloud.clock.now(),
    retries: RETRIES,
    summary: { [BATCH]: rows.batch, 'firehose-delivery-stream': stream.name },
    done: (metadata) => hasBatch(metadata, rows.batch),
  };
  try {
    const keys = uniqueKeysOf(settings, rows.database, rows.table);
    for (let attempt = 0; ; attempt++) {
      try {
        await commit(table, keys, rows.path, writer, options);
        return;
      } catch (error) {
        if (!(error instanceof CommitConflict) || attempt >= CONFLICTS) throw error;
      }
    }
  } catch (error) {
    throw asFailure(error);
  } finally {
    connection.closeSync();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Whether a buffer's rows are in their table; undefined if that is unknown. */
export async function isCommitted(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: IcebergSettings,
  rows: Omit<RowsForTable, 'path'>,
): Promise<boolean | undefined> {
  try {
    const table = await tableOf(cloud, stream, settings, rows);
    return hasBatch((await table.load()).metadata, rows.batch);
  } catch (error) {
    if (error instanceof DeliveryFailure || error instanceof AwsError || error instanceof IcebergError)
      return undefined;
    throw error;
  }
}

const hasBatch = (metadata: TableMetadata, batch: string) =>
  metadata.snapshots.some(({ summary }) => summary[BATCH] === batch);

async function tableOf(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: IcebergSettings,
  { database, table }: Pick<RowsForTable, 'database' | 'table'>,
): Promise<IcebergTable> {
  const caller = await callerOf(cloud, stream, settings.RoleARN);
  return icebergTable(cloud, caller, { DatabaseName: database.toLowerCase(), Name: table.toLowerCase() });
}

function asFailure(error: unknown): unknown {
  if (error instanceof CommitConflict) return new DeliveryFailure('Iceberg.CommitConflict', error.message);
  if (error instanceof IcebergError) return new DeliveryFailure('Iceberg.InvalidTable', error.message);
  if (!(error instanceof AwsError)) return error;
  const denied = error.code.startsWith('AccessDenied');
  return new DeliveryFailure(
    `Iceberg.${denied ? 'AccessDenied' : error.code.replace(/Exception$/, '')}`,
    error.message,
  );
}

async function commit(
  table: IcebergTable,
  keys: readonly string[] | undefined,
  path: string,
  writer: FileWriter,
  options: CommitOptions,
): Promise<void> {
  const { metadata } = await table.load();
  if (options.done?.(metadata) === true) return;
  const lines = linesOf(metadata, path);
  const changing = await writer.engine.rows({
    ...lines,
    sql: `SELECT count(*) AS n FROM (${lines.sql}) WHERE "$operation" <> 'insert'`,
  });
  if (keys === undefined || Number(changing[0]?.n ?? 0) === 0) {
    const files = await writeDataFiles(
      { ...lines, sql: `SELECT * EXCLUDE ("$operation", "$line") FROM (${lines.sql}) ORDER BY "$line"` },
      metadata,
      writer,
    );
    if (files.length > 0) await append(table, files, options);
    return;
  }
  await commitByKeys(table, metadata, keys, lines, writer, options);
}

/**
 * The rows of the lines in the table's columns, with `$operation` and `$line`, the line's number: names that no column
 * has.
 */
function linesOf(metadata: TableMetadata, path: string): EngineRelation {
  const { fields } = currentSchema(metadata);
  const struct = `STRUCT(${fields.map(({ name, type }) => `${quoteIdentifier(name.toLowerCase())} ${duckdbTypeOf(type)}`).join(', ')})`;
  const items = fields.map(
    ({ name }) => `line."row".${quoteIdentifier(name.toLowerCase())} AS ${quoteIdentifier(name)}`,
  );
  // The engine allocates two buffers of this size per thread, whatever the file's size.
  const longest = Math.min(Math.max(statSync(path).size + 1, MIN_LINE_BYTES), MAX_LINE_BYTES);
  const source = `read_json(${quoteLiteral(path)}, format = 'newline_delimited', maximum_object_size = ${longest}, columns = {operation: 'VARCHAR', "row": ${quoteLiteral(struct)}})`;
  return {
    sql: `SELECT line.operation AS "$operation", row_number() OVER () AS "$line", ${items.join(', ')} FROM ${source} AS line`,
    files: [path],
  };
}

/**
 * Updates and deletes by unique keys: the table's rows with these keys are deleted, and of several records with one key
 * the last one counts, as if they were applied one after the other.
 */
async function commitByKeys(
  table: IcebergTable,
  base: TableMetadata,
  keys: readonly string[],
  lines: EngineRelation,
  writer: FileWriter,
  options: CommitOptions,
): Promise<void> {
  const columns = currentSchema(base).fields.map(({ name }) => name);
  const missing = keys.find((key) => !columns.some((name) => name.toLowerCase() === key));
  if (missing !== undefined)
    throw new IcebergError('ICEBERG_INVALID_METADATA', `the table has no column ${missing} to be a unique key`);
  const equal = (a: string, b: string) =>
    keys.map((key) => `${a}.${quoteIdentifier(key)} IS NOT DISTINCT FROM ${b}.${quoteIdentifier(key)}`).join(' AND ');
  // Numbered once, in a file: repeated evaluation could number rows differently.
  const numbered = join(writer.scratch, `${randomUUID()}.parquet`);
  await writer.engine.rows(
    { ...lines, sql: `COPY (${lines.sql}) TO ${quoteLiteral(numbered)} (FORMAT parquet)` },
    writer.scratch,
  );
  const rows = `read_parquet(${quoteLiteral(numbered)})`;
  const plan = await planScan(table, base, currentSnapshot(base));
  const read = await scan(plan, table, base, writer.engine, { columns: new Set(keys), extra: ['$file', '$pos'] });
  const gone = join(writer.scratch, `${randomUUID()}.parquet`);
  const sql = `SELECT "$file" AS file, "$pos" AS pos FROM (${read.sql}) AS t WHERE EXISTS (SELECT 1 FROM ${rows} AS r WHERE r."$operation" <> 'insert' AND ${equal('r', 't')})`;
  await writer.engine.rows(
    { sql: `COPY (${sql}) TO ${quoteLiteral(gone)} (FORMAT parquet)`, files: [...read.files, numbered] },
    writer.scratch,
  );
  const last = `SELECT * EXCLUDE ("$operation", "$line") FROM ${rows} AS a WHERE a."$operation" <> 'delete' AND NOT EXISTS (SELECT 1 FROM ${rows} AS b WHERE b."$line" > a."$line" AND b."$operation" <> 'insert' AND ${equal('b', 'a')}) ORDER BY "$line"`;
  const added = await writeDataFiles({ sql: last, files: [numbered] }, base, writer);
  const deletedRows = { sql: `SELECT * FROM read_parquet(${quoteLiteral(gone)})`, files: [gone] };
  await commitRows(table, { base, plan, predicates: [], deletedRows, added }, writer, options);
}
