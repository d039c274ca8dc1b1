import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { ownEntry } from '../../core/own-entry';
import { IcebergError } from '../format/errors';
import { formatExactJson } from '../format/exact-json';
import type { DataFile } from '../format/manifests';
import { currentSchema, specOf, type TableMetadata } from '../format/metadata';
import { type BoundField, type PartitionTuple, partitionPath } from '../format/partition-spec';
import { decimalOf, duckdbTypeOf, fieldIdsOption, fieldsById, type Schema } from '../format/schema';
import { transformSql } from '../format/transforms';
import { type Value, valueFromText, valueToBytes } from '../format/values';
import { DELETE_PATH, DELETE_POS } from './scan';
import type { EngineRelation, EngineRow, SqlEngine, Storage } from './storage';

/** Destination and limits of data files. */
export interface FileWriter {
  readonly storage: Storage;
  readonly engine: SqlEngine;
  /** Local folder for files until they are uploaded. */
  readonly scratch: string;
  /** Most partitions that one statement may write. @default 100, as Athena's */
  readonly maxPartitions?: number;
}

const MAX_PARTITIONS = 100;
/** 512 MB, as Iceberg's own default ("write.target-file-size-bytes"). */
const TARGET_BYTES = 536_870_912;
const CODECS: Readonly<Record<string, string>> = {
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  zstd: 'ZSTD',
  lz4: 'LZ4',
  uncompressed: 'UNCOMPRESSED',
  none: 'UNCOMPRESSED',
};

/**
 * Writes the rows of a query as data files of the table, one or more per partition.
 * @param source yields the schema's columns by name
 * @returns the files; none without rows
 */
export async function writeDataFiles(
  source: EngineRelation,
  metadata: TableMetadata,
  writer: FileWriter,
): Promise<DataFile[]> {
  const schema = currentSchema(metadata);
  const spec = specOf(metadata);
  const columns = schema.fields.map(
    ({ name, type }) => `CAST(${quoteIdentifier(name)} AS ${duckdbTypeOf(type)}) AS ${quoteIdentifier(name)}`,
  );
  const keys = spec.fields.map(({ transform, source, sourceId }, index) => {
    const column = schema.fields.find(({ id }) => id === sourceId);
    const value = column === undefined ? 'NULL' : transformSql(transform, source, quoteIdentifier(column.name));
    // The prefix keeps values, empty ones too, apart from NULL.
    return `coalesce('v' || CAST(${value} AS VARCHAR), 'n') AS ${quoteIdentifier(keyName(index))}`;
  });
  const rows = `SELECT *${keys.map((key) => `, ${key}`).join('')} FROM (SELECT ${columns.join(', ')} FROM (${source.sql}))`;
  const scratch = join(writer.scratch, randomUUID());
  mkdirSync(scratch, { recursive: true });
  try {
    const written = await copy({ ...source, sql: rows }, schema, keys.length, scratch, metadata, writer.engine);
    checkPartitions(written, writer);
    const files: DataFile[] = [];
    for (const stats of written) {
      if (stats.count === 0) continue;
      const partition = spec.fields.map((field, index) => partitionValue(field, stats.keys[keyName(index)]));
      const file = dataFile(stats, schema, spec.id, partition, spec.fields, metadata.location);
      await writer.storage.write(file.path, { path: stats.path, size: stats.size });
      files.push(file);
    }
    return files;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const keyName = (index: number) => `__partition_${index}`;

function checkPartitions(written: readonly WrittenFile[], { maxPartitions = MAX_PARTITIONS }: FileWriter): void {
  if (new Set(written.map(({ keys }) => JSON.stringify(keys))).size <= maxPartitions) return;
  throw new IcebergError(
    'ICEBERG_TOO_MANY_OPEN_PARTITIONS',
    `Exceeded limit of ${maxPartitions} open writers for partitions`,
  );
}

interface WrittenFile {
  readonly path: string;
  readonly count: number;
  readonly size: number;
  readonly columns: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly keys: Readonly<Record<string, string>>;
}

async function copy(
  rows: EngineRelation,
  schema: Schema,
  keys: number,
  scratch: string,
  metadata: TableMetadata,
  engine: SqlEngine,
): Promise<WrittenFile[]> {
  const { properties } = metadata;
  const chosen = properties['write.parquet.compression-codec'] ?? properties.write_compression ?? 'zstd';
  const codec = ownEntry(CODECS, chosen.toLowerCase());
  if (codec === undefined) throw new IcebergError('NOT_SUPPORTED', `Unsupported compression codec: ${chosen}`);
  const bytes = Number(
    properties.write_target_data_file_size_bytes ?? properties['write.target-file-size-bytes'] ?? TARGET_BYTES,
  );
  // The schema as metadata of the file: readers that ignore column ids find renamed columns by it.
  const written = `KV_METADATA {'iceberg.schema': ${quoteLiteral(formatExactJson(schema))}}`;
  const options = [
    `FORMAT parquet, COMPRESSION ${codec}, RETURN_STATS true, FIELD_IDS ${fieldIdsOption(schema.fields)}, ${written}`,
  ];
  const names = Array.from({ length: keys }, (_, index) => quoteIdentifier(keyName(index)));
  if (keys > 0) options.push(`PARTITION_BY (${names.join(', ')})`);
  // A size limit makes COPY write a folder of files; a query that can't reach it writes a single file.
  else options.push(`PER_THREAD_OUTPUT false, FILE_SIZE_BYTES ${Math.max(1, Math.trunc(bytes) || TARGET_BYTES)}`);
  const sql = `COPY (${rows.sql}) TO ${quoteLiteral(join(scratch, 'data'))} (${options.join(', ')})`;
  return statsOf(await engine.rows({ ...rows, sql }, scratch));
}

function statsOf(rows: readonly EngineRow[]): WrittenFile[] {
  type Entry<V> = { key: string; value: V };
  const toRecord = (entries: unknown) =>
    Object.fromEntries(((entries ?? []) as Entry<string>[]).map(({ key, value }) => [key, value]));
  return rows.map((row) => ({
    path: String(row.filename),
    count: Number(row.count),
    size: Number(row.file_size_bytes),
    columns: new Map(
      ((row.column_statistics ?? []) as Entry<unknown>[]).map(({ key, value }) => [key, toRecord(value)]),
    ),
    keys: toRecord(row.partition_keys),
  }));
}

function partitionValue({ result }: BoundField, text: string | undefined): Value | null {
  if (text === undefined || !text.startsWith('v')) return null;
  const value = result === 'binary' ? undefined : valueFromText(result, text.slice(1));
  if (value !== undefined) return value;
  if ((result === 'float' || result === 'double') && text === 'vnan') return Number.NaN;
  throw new IcebergError('NOT_SUPPORTED', `Partitions by values such as ${text.slice(1)} are not supported`);
}

/** Characters that a string's bounds keep, Iceberg's default ("truncate(16)"). */
const BOUND_CHARACTERS = 16;

function dataFile(
  stats: WrittenFile,
  schema: Schema,
  specId: number,
  partition: PartitionTuple,
  spec: readonly BoundField[],
  location: string,
): DataFile {
  const maps = {
    columnSizes: new Map<number, number>(),
    valueCounts: new Map<number, number>(),
    nullCounts: new Map<number, number>(),
    nanCounts: new Map<number, number>(),
    lower: new Map<number, Buffer>(),
    upper: new Map<number, Buffer>(),
  };
  const top = new Set(schema.fields.map(({ id }) => id));
  for (const [id, path, type] of pathsOf(schema)) {
    const found = stats.columns.get(path);
    if (found === undefined) continue;
    maps.columnSizes.set(id, Number(found.column_size_bytes ?? 0));
    if (!top.has(id)) continue;
    const nulls = Number(found.null_count ?? 0);
    maps.valueCounts.set(id, stats.count);
    maps.nullCounts.set(id, nulls);
    if (found.has_nan === 'false') maps.nanCounts.set(id, 0);
    const [lower, upper] = boundsOf(type, found);
    if (lower !== undefined) maps.lower.set(id, lower);
    if (upper !== undefined) maps.upper.set(id, upper);
  }
  const folder = spec.length === 0 ? '' : `${partitionPath(spec, partition)}/`;
  return {
    content: 0,
    path: `${location}/data/${folder}${randomUUID()}.parquet`,
    format: 'PARQUET',
    specId,
    partition,
    recordCount: stats.count,
    size: stats.size,
    ...maps,
    sortOrderId: 0,
  };
}

/** Leaf columns by the names that DuckDB's statistics use. */
function* pathsOf(schema: Schema): Generator<[id: number, path: string, type: string]> {
  const all = fieldsById(schema);
  for (const [id, { name, type }] of all) {
    if (typeof type === 'string') yield [id, name.split('.').map(quoteIdentifier).join('.'), type];
  }
  // A dot within a column's name separates nothing.
  for (const { id, name, type } of schema.fields) {
    if (typeof type === 'string' && name.includes('.')) yield [id, quoteIdentifier(name), type];
  }
}

function boundsOf(type: string, { min, max, has_nan }: Readonly<Record<string, string>>): [Buffer?, Buffer?] {
  if (has_nan === 'true' || type === 'binary' || type === 'uuid' || type.startsWith('fixed')) return [];
  const bound = (text: string | undefined) => (text === undefined ? undefined : valueFromText(type, text));
  const [least, greatest] = [bound(min), bound(max)];
  if (type === 'string') {
    const lower =
      least === undefined ? undefined : Buffer.from([...(least as string)].slice(0, BOUND_CHARACTERS).join(''));
    return [lower, greatest === undefined ? undefined : upperText(greatest as string)];
  }
  const bytes = (value: Value | undefined) => {
    // The statistics may truncate a decimal's text: no bound then.
    if (value === undefined || (decimalOf(type) !== undefined && typeof value !== 'bigint')) return undefined;
    return valueToBytes(type, value);
  };
  return [bytes(least), bytes(greatest)];
}

/** An upper bound for a long string: a prefix whose last possible character is incremented. */
function upperText(text: string): Buffer | undefined {
  const characters = [...text];
  if (characters.length <= BOUND_CHARACTERS) return Buffer.from(text);
  for (let length = BOUND_CHARACTERS; length > 0; length--) {
    const next = (characters[length - 1]?.codePointAt(0) as number) + 1;
    if (next > 0x10ffff) continue;
    const character = String.fromCodePoint(next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
    return Buffer.from(characters.slice(0, length - 1).join('') + character);
  }
  return undefined;
}

/**
 * Writes position delete files, one for each data file that loses rows.
 * @param source yields `file`, an index into `files`, and `pos`
 * @param touched the indexes to write deletes for
 */
export async function writePositionDeletes(
  source: EngineRelation,
  touched: readonly number[],
  files: readonly DataFile[],
  metadata: TableMetadata,
  writer: FileWriter,
): Promise<DataFile[]> {
  const scratch = join(writer.scratch, randomUUID());
  mkdirSync(scratch, { recursive: true });
  try {
    const result: DataFile[] = [];
    for (const index of touched) {
      const file = files[index] as DataFile;
      const rows = `SELECT ${quoteLiteral(file.path)} AS file_path, pos FROM (${source.sql}) WHERE file = ${index} ORDER BY pos`;
      const options = `FORMAT parquet, COMPRESSION ZSTD, RETURN_STATS true, FIELD_IDS {file_path: ${DELETE_PATH}, pos: ${DELETE_POS}}`;
      const sql = `COPY (${rows}) TO ${quoteLiteral(join(scratch, String(index)))} (${options})`;
      const [stats] = statsOf(await writer.engine.rows({ ...source, sql }, scratch));
      if (stats === undefined || stats.count === 0) continue;
      const fields = specOf(metadata, file.specId).fields;
      const folder = fields.length === 0 ? '' : `${partitionPath(fields, file.partition)}/`;
      const name = `${metadata.location}/data/${folder}delete-${randomUUID()}.parquet`;
      await writer.storage.write(name, { path: stats.path, size: stats.size });
      result.push(deleteFile(name, file, stats));
    }
    return result;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function deleteFile(path: string, of: DataFile, stats: WrittenFile): DataFile {
  const [size, pos] = [stats.columns.get('"file_path"'), stats.columns.get('"pos"')];
  const about = Buffer.from(of.path);
  const position = (text: string | undefined) => (text === undefined ? undefined : valueToBytes('long', BigInt(text)));
  const [least, greatest] = [position(pos?.min), position(pos?.max)];
  return {
    content: 1,
    path,
    format: 'PARQUET',
    specId: of.specId,
    partition: of.partition,
    recordCount: stats.count,
    size: stats.size,
    columnSizes: new Map([
      [DELETE_PATH, Number(size?.column_size_bytes ?? 0)],
      [DELETE_POS, Number(pos?.column_size_bytes ?? 0)],
    ]),
    valueCounts: new Map([
      [DELETE_PATH, stats.count],
      [DELETE_POS, stats.count],
    ]),
    nullCounts: new Map([
      [DELETE_PATH, 0],
      [DELETE_POS, 0],
    ]),
    nanCounts: new Map(),
    // The whole path, untruncated: equal bounds show that the file applies to this data file only.
    lower: new Map([[DELETE_PATH, about], ...(least === undefined ? [] : ([[DELETE_POS, least]] as const))]),
    upper: new Map([[DELETE_PATH, about], ...(greatest === undefined ? [] : ([[DELETE_POS, greatest]] as const))]),
  };
}
