import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { splitS3Uri } from '../../core/s3-uri';
import { putObject } from '../../services/s3/operations/put-object';
import type { Engine } from '../engine/engine';
import type { EngineQuery } from '../engine/protocol';
import { notSupported, QueryError } from '../errors';
import type { Session } from '../session';

/** Format and partitioning of written rows. */
export interface WriteOptions {
  readonly format: string;
  /** @default SNAPPY for Parquet, GZIP for text */
  readonly compression?: string;
  /** @default \u0001, as in Athena */
  readonly delimiter?: string;
  /** Columns of the folders' names, in order. */
  readonly partitionBy: readonly string[];
  /** Whether the rows have a column {@link BUCKET}, by which files are split. */
  readonly bucketed?: boolean;
  /** Local file or folder for the files until they are uploaded. */
  readonly scratch: string;
}

/** A written file, and its partition. */
export interface WrittenFile {
  readonly path: string;
  readonly size: number;
  readonly extension: string;
  readonly values: string[];
  /** Number of the bucket, from 0, for bucketed rows. */
  readonly bucket?: number;
}

/** Column of a row's bucket, until it is in its file. */
export const BUCKET = '$bucket of a row';

/** Column of a row as JSON text, until it is in its file. */
const ROW = '$json of a row';

/** Most partitions that Athena writes in one statement. */
const MAX_PARTITIONS = 100;

/** Writes a query's rows to files. @returns the files and the number of rows */
export async function writeRows(
  query: EngineQuery,
  engine: Engine,
  options: WriteOptions,
): Promise<{ files: WrittenFile[]; rows: number }> {
  const keys = options.bucketed === true ? [...options.partitionBy, BUCKET] : options.partitionBy;
  const format = copyFormat(options, keys.length > 0);
  mkdirSync(options.scratch, { recursive: true });
  const partitions = keys.map(quoteIdentifier).join(', ');
  const rows = await engine.run('copy', {
    ...query,
    sql: format.asTexts === true ? jsonTexts(query.sql, partitions) : query.sql,
    folder: options.scratch,
    name: 'data',
    options: keys.length === 0 ? format.sql : `${format.sql}, PARTITION_BY (${partitions})`,
  });
  if (rows === 0) return { files: [], rows };
  const files = [...written(join(options.scratch, 'data'), [], format.extension)];
  if (new Set(files.map(({ values }) => JSON.stringify(values))).size > MAX_PARTITIONS) {
    throw new QueryError(
      'HIVE_TOO_MANY_OPEN_PARTITIONS',
      `Exceeded limit of ${MAX_PARTITIONS} open writers for partitions/buckets`,
    );
  }
  return { files: options.bucketed === true ? files.map(bucketOf) : files, rows };
}

/** Rows as one column of JSON objects, and the columns to partition by. */
function jsonTexts(sql: string, keys: string): string {
  return `SELECT to_json(struct_pack(*COLUMNS(* EXCLUDE (${keys})))) AS ${quoteIdentifier(ROW)}, ${keys} FROM (${sql})`;
}

/** Splits a file's bucket from its partition's values. */
function bucketOf(file: WrittenFile): WrittenFile {
  return { ...file, values: file.values.slice(0, -1), bucket: Number(file.values.at(-1)) };
}

/** Options for lines of unescaped fields. */
const plainLines = (delimiter: string, codec: string) =>
  `FORMAT csv, HEADER false, QUOTE '', ESCAPE '', NULLSTR '\\N', DELIMITER ${quoteLiteral(delimiter)}, COMPRESSION ${codec}`;

interface CopyFormat {
  /** Options of COPY. */
  readonly sql: string;
  readonly extension: string;
  /** Whether rows are converted to text first. @default false */
  readonly asTexts?: boolean;
}

function copyFormat({ format, compression, delimiter }: WriteOptions, partitioned: boolean): CopyFormat {
  const chosen = compression?.toUpperCase();
  switch (format.toUpperCase()) {
    case 'PARQUET': {
      const codec = chosen === undefined ? 'SNAPPY' : chosen === 'NONE' ? 'UNCOMPRESSED' : chosen;
      if (!['SNAPPY', 'GZIP', 'ZSTD', 'LZ4', 'UNCOMPRESSED'].includes(codec))
        throw notSupported(`compression ${codec}`);
      return { sql: `FORMAT parquet, COMPRESSION ${codec}`, extension: '.parquet' };
    }
    case 'JSON':
      return {
        // DuckDB can't partition JSON output: its text is written as lines.
        sql: partitioned ? plainLines('\u0001', textCodec(chosen)) : `FORMAT json, COMPRESSION ${textCodec(chosen)}`,
        asTexts: partitioned,
        extension: chosen === 'NONE' ? '.json' : '.json.gz',
      };
    case 'TEXTFILE':
    case 'CSV':
      return {
        sql: plainLines(delimiter ?? '\u0001', textCodec(chosen)),
        extension: chosen === 'NONE' ? '.txt' : '.gz',
      };
    default:
      throw notSupported(`Writing the format ${format.toUpperCase()}`);
  }
}

function textCodec(chosen: string | undefined): string {
  if (chosen === 'NONE') return 'none';
  if (chosen === undefined || chosen === 'GZIP') return 'gzip';
  throw notSupported(`compression ${chosen}`);
}

function* written(path: string, values: string[], extension: string): Generator<WrittenFile> {
  const found = statSync(path);
  if (!found.isDirectory()) {
    yield { path, size: found.size, extension, values };
    return;
  }
  for (const name of readdirSync(path)) {
    const value = /^[^=]+=(.*)$/.exec(name)?.[1];
    yield* written(join(path, name), value === undefined ? values : [...values, decodeURIComponent(value)], extension);
  }
}

/** Objects for files. @param folderOf prefix of a partition's objects, with a slash at its end. @returns their URIs */
export function objectsOf(
  files: readonly WrittenFile[],
  name: string,
  folderOf: (values: string[]) => string,
): string[] {
  return files.map(({ extension, values, bucket }, index) => {
    const part = bucket === undefined ? String(index) : `bucket-${String(bucket).padStart(5, '0')}`;
    return `${folderOf(values)}${name}_${part}${extension}`;
  });
}

/** Uploads files. @param objects their URIs, in the order of the files */
export async function deliver(
  files: readonly WrittenFile[],
  objects: readonly string[],
  { cloud, caller }: Session,
): Promise<void> {
  for (const [index, { path, size }] of files.entries()) {
    const { Bucket, Key } = splitS3Uri(objects[index] as string);
    await cloud.call(putObject, { Bucket, Key, Body: { path, size } }, caller);
  }
}

export function removeScratch(scratch: string): void {
  rmSync(scratch, { recursive: true, force: true });
}
