import { randomUUID } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../core/cloud';
import { Duckdb } from '../core/duckdb';
import type { DeliveryStream, S3Settings } from '../services/firehose/state';
import type { DeliveryBuffer, Part } from './buffer';
import { compressFile, EXTENSIONS } from './compress';
import type { Column } from './convert/line-converter';
import { writeParquet } from './convert/parquet';
import { dataPrefix, errorPrefix, objectName, type PrefixContext } from './prefix';
import { exclusively } from './turns';

/** An object that is ready to be written. */
export interface ReadyObject {
  readonly key: string;
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly part: Part;
  /** Set once it is written. */
  written: boolean;
}

/**
 * Makes the files of a buffer's objects, with their keys: converted, compressed or as they are. Where one can't be
 * made, on a full disk say, none of the others stays.
 */
export async function makeObjects(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: S3Settings,
  buffer: DeliveryBuffer,
): Promise<ReadyObject[]> {
  const objects: ReadyObject[] = [];
  try {
    for (const part of buffer.parts.values()) {
      part.spool.seal();
      const key = keyOf(stream, settings, part, buffer);
      const path = await fileOf(cloud, stream, settings, part, buffer, key);
      objects.push({ key, path, size: statSync(path).size, part, written: false });
    }
  } catch (error) {
    discard(objects);
    throw error;
  }
  // Errors first: an object of good records is the last thing to appear.
  return objects.sort((a, b) => Number(b.part.errorType !== undefined) - Number(a.part.errorType !== undefined));
}

/** Removes the files that are left. */
export function discard(objects: readonly ReadyObject[]): void {
  for (const { path } of objects) rmSync(path, { force: true });
}

function keyOf(stream: DeliveryStream, settings: S3Settings, part: Part, { transform }: DeliveryBuffer): string {
  const { CustomTimeZone, FileExtension } = stream.destination;
  const context: PrefixContext = {
    at: part.oldest,
    timeZone: CustomTimeZone === undefined || CustomTimeZone === '' ? 'UTC' : CustomTimeZone,
    errorOutputType: part.errorType,
    partitionKeys: part.partitionKeys,
  };
  if (part.errorType !== undefined) {
    const prefix = errorPrefix(settings.ErrorOutputPrefix || undefined, settings.Prefix ?? '', context);
    return prefix + objectName(stream.name, stream.version, context, randomUUID(), '');
  }
  const byFormat = transform?.schema === undefined ? (EXTENSIONS[settings.CompressionFormat] ?? '') : '.parquet';
  // The raw backup has no extension of its own to be set.
  const extension = (transform !== undefined && FileExtension) || byFormat;
  return (
    dataPrefix(settings.Prefix ?? '', context) +
    objectName(stream.name, stream.version, context, randomUUID(), extension)
  );
}

async function fileOf(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: S3Settings,
  part: Part,
  buffer: DeliveryBuffer,
  key: string,
): Promise<string> {
  const { path } = part.spool;
  const schema = buffer.transform?.schema;
  const plain = schema === undefined && settings.CompressionFormat === 'UNCOMPRESSED';
  if (part.errorType !== undefined || plain) return path;
  const target = join(path, '..', randomUUID());
  try {
    if (schema === undefined) {
      await compressFile(settings.CompressionFormat, path, target, key.slice(key.lastIndexOf('/') + 1));
    } else await convertFile(cloud, stream, path, target, schema.columns);
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
  return target;
}

function convertFile(
  cloud: Cloud,
  { destination }: DeliveryStream,
  from: string,
  to: string,
  columns: readonly Column[],
): Promise<void> {
  const serializer = destination.DataFormatConversionConfiguration?.OutputFormatConfiguration?.Serializer;
  // One conversion at a time: two would share DuckDB's memory and end no sooner.
  return exclusively(cloud, async () => {
    const connection = await cloud.state(Duckdb).connect();
    try {
      await writeParquet(connection, from, to, columns, serializer?.ParquetSerDe ?? {});
    } finally {
      connection.closeSync();
    }
  });
}
