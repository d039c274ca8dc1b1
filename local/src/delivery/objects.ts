import { randomUUID } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../core/cloud';
import { Duckdb } from '../core/duckdb';
import type { DeliveryStream, S3Settings } from '../services/firehose/state';
import type { DeliveryBuffer, Part } from './buffer';
import { compressFile, EXTENSIONS } from './compress';
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

/** Makes the files of a buffer's objects, with their keys: converted, compressed or as they are. */
export async function makeObjects(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: S3Settings,
  buffer: DeliveryBuffer,
): Promise<ReadyObject[]> {
  const objects: ReadyObject[] = [];
  for (const part of buffer.parts.values()) {
    part.spool.seal();
    const key = keyOf(stream, settings, part, buffer.transform?.schema !== undefined);
    const path = await fileOf(cloud, stream, settings, part, buffer, key);
    objects.push({ key, path, size: statSync(path).size, part, written: false });
  }
  // Errors first: an object of good records is the last thing to appear.
  return objects.sort((a, b) => Number(b.part.errorType !== undefined) - Number(a.part.errorType !== undefined));
}

/** Removes the files that are left. */
export function discard(objects: readonly ReadyObject[]): void {
  for (const { path } of objects) rmSync(path, { force: true });
}

function keyOf(stream: DeliveryStream, settings: S3Settings, part: Part, converts: boolean): string {
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
  const extension = FileExtension || (converts ? '.parquet' : (EXTENSIONS[settings.CompressionFormat] ?? ''));
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
  if (schema === undefined) {
    await compressFile(settings.CompressionFormat, path, target, key.slice(key.lastIndexOf('/') + 1));
    return target;
  }
  const serializer =
    stream.destination.DataFormatConversionConfiguration?.OutputFormatConfiguration?.Serializer?.ParquetSerDe ?? {};
  // One conversion at a time: two would share DuckDB's memory and end no sooner.
  await exclusively(cloud, async () => {
    const connection = await cloud.state(Duckdb).connect();
    try {
      await writeParquet(connection, path, target, schema.columns, serializer);
    } finally {
      connection.closeSync();
    }
  });
  return target;
}
