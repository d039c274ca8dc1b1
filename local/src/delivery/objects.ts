import { randomUUID } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cloud } from '../core/cloud';
import { dataPrefix, errorPrefix, objectName, type PrefixContext } from '../services/firehose/language/prefix';
import type { DeliveryStream, S3Settings } from '../services/firehose/state';
import type { DeliveryBuffer, Part } from './buffer';
import { compressFile, EXTENSIONS } from './compress';
import { ParquetFiles } from './parquet-files';
import type { Transform } from './transform';

/** An object to be written. */
export interface ReadyObject {
  readonly key: string;
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly part: Part;
  /**
   * Source records and their bytes that are counted with this object; for a part with several objects, with the last.
   */
  readonly records: number;
  readonly bytes: number;
  /** Set once the object is written. */
  written: boolean;
  /** Set if the rows' table refused them and they went to the error prefix. */
  rejected?: boolean;
}

/**
 * Makes the files of a buffer's objects, with their keys: converted, compressed or unchanged. If one fails, on a full
 * disk say, all are removed.
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
      const key = () => keyOf(stream, settings, part, buffer.transform);
      const paths = await filesOf(cloud, stream, settings, part, buffer, key());
      for (const [index, path] of paths.entries()) {
        const counted =
          index === paths.length - 1 ? { records: part.records, bytes: part.bytes } : { records: 0, bytes: 0 };
        objects.push({ key: key(), path, size: statSync(path).size, part, ...counted, written: false });
      }
    }
  } catch (error) {
    discard(objects);
    throw error;
  }
  // Error objects first: objects of good records must appear last.
  return objects.sort((a, b) => Number(b.part.errorType !== undefined) - Number(a.part.errorType !== undefined));
}

/** Removes the local files of objects that will not be written, or have been. */
export function discard(objects: readonly ReadyObject[]): void {
  for (const { path } of objects) rmSync(path, { force: true });
}

/** Prefix of keys that stand for rows of a table. */
const TABLE_KEY = 'iceberg://';

/** Rows of a table. */
export interface TableBatch {
  readonly database: string;
  readonly table: string;
  readonly batch: string;
}

export function tableKeyOf(key: string): TableBatch | undefined {
  if (!key.startsWith(TABLE_KEY)) return undefined;
  const [database = '', table = '', batch = ''] = key.slice(TABLE_KEY.length).split('/').map(decodeURIComponent);
  return { database, table, batch };
}

/** A new key for an object of a part, different each time. */
export function keyOf(
  stream: DeliveryStream,
  settings: S3Settings,
  part: Pick<Part, 'oldest' | 'partitionKeys' | 'errorType'>,
  transform: Transform | undefined,
): string {
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
  if (transform?.tables === true) {
    const { database = '', table = '' } = part.partitionKeys;
    return `${TABLE_KEY}${[database, table, randomUUID()].map(encodeURIComponent).join('/')}`;
  }
  const byFormat = transform?.schema === undefined ? (EXTENSIONS[settings.CompressionFormat] ?? '') : '.parquet';
  // The raw backup can't have an extension of its own.
  const extension = (transform !== undefined && FileExtension) || byFormat;
  return (
    dataPrefix(settings.Prefix ?? '', context) +
    objectName(stream.name, stream.version, context, randomUUID(), extension)
  );
}

async function filesOf(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: S3Settings,
  part: Part,
  buffer: DeliveryBuffer,
  key: string,
): Promise<string[]> {
  const { path } = part.spool;
  const schema = buffer.transform?.schema;
  if (buffer.transform?.tables === true) return [path];
  const plain = schema === undefined && settings.CompressionFormat === 'UNCOMPRESSED';
  if (part.errorType !== undefined || plain) return [path];
  if (schema !== undefined) {
    const conversion = stream.destination.DataFormatConversionConfiguration;
    const serializer = conversion?.OutputFormatConfiguration?.Serializer?.ParquetSerDe ?? {};
    return cloud.state(ParquetFiles).write(path, dirname(path), schema.columns, serializer);
  }
  const target = join(dirname(path), randomUUID());
  try {
    await compressFile(settings.CompressionFormat, path, target, key.slice(key.lastIndexOf('/') + 1));
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
  return [target];
}
