import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';
import { objectBuffer } from './object-buffer.js';
import { type ParquetView, readParquet } from './parquet.js';

/** One level of the bucket: its folders and objects. */
export interface Listing {
  readonly prefix: string;
  readonly folders: readonly {
    readonly prefix: string;
    readonly objects: number;
    readonly bytes: number;
    readonly complete: boolean;
  }[];
  readonly objects: readonly { readonly key: string; readonly bytes: number; readonly modified: string }[];
  /** Token of the next page, if there is one. */
  readonly next: string | undefined;
}

/** A record that delivery could not convert, from the error prefix. */
export interface FailedRecord {
  readonly code: string;
  readonly reason: string;
  readonly arrived: string | undefined;
  /** The record's own text, decoded. */
  readonly text: string;
}

export type ObjectView =
  | { readonly kind: 'parquet'; readonly key: string; readonly bytes: number; readonly parquet: ParquetView }
  | { readonly kind: 'errors'; readonly key: string; readonly bytes: number; readonly records: readonly FailedRecord[] }
  | {
      readonly kind: 'text';
      readonly key: string;
      readonly bytes: number;
      readonly text: string;
      readonly whole: boolean;
    };

/** Bytes of a preview of an object that isn't Parquet. */
const PREVIEW_BYTES = 256 * 1024;

/** Lists one level of the bucket; each folder with the number and size of the objects below it. */
export async function listLake(
  aws: Aws,
  { bucket }: Lakehouse,
  prefix: string,
  token: string | undefined,
): Promise<Listing> {
  const page = await aws.s3.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      Delimiter: '/',
      ContinuationToken: token,
      MaxKeys: 200,
    }),
  );
  const folders = (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? '');
  return {
    prefix,
    folders: await Promise.all(folders.map((folder) => measure(aws, bucket, folder))),
    objects: (page.Contents ?? []).map(({ Key, Size, LastModified }) => ({
      key: Key ?? '',
      bytes: Size ?? 0,
      modified: LastModified?.toISOString() ?? '',
    })),
    next: page.NextContinuationToken,
  };
}

// One page of 1,000 keys per folder bounds the cost of a click; larger counts show as "1,000 or more".
async function measure(aws: Aws, bucket: string, prefix: string) {
  const page = await aws.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  const bytes = (page.Contents ?? []).reduce((sum, { Size }) => sum + (Size ?? 0), 0);
  return { prefix, objects: page.Contents?.length ?? 0, bytes, complete: page.IsTruncated !== true };
}

/** Reads an object: Parquet by its footer, failed records decoded, any other as the beginning of its text. */
export async function openObject(aws: Aws, { bucket }: Lakehouse, key: string): Promise<ObjectView> {
  const head = await aws.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = head.ContentLength ?? 0;
  const file = objectBuffer(aws, bucket, key, bytes);
  if (key.endsWith('.parquet')) return { kind: 'parquet', key, bytes, parquet: await readParquet(file) };
  const text = new TextDecoder().decode(await file.slice(0, Math.min(bytes, PREVIEW_BYTES)));
  const records = failedRecords(text);
  if (records.length > 0) return { kind: 'errors', key, bytes, records };
  return { kind: 'text', key, bytes, text, whole: bytes <= PREVIEW_BYTES };
}

/**
 * Records of Firehose's error objects: one line of JSON each, with the record's bytes in `rawData`; AWS's documentation
 * has two spellings.
 */
function failedRecords(text: string): FailedRecord[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { rawData, lastErrorCode, errorCode, lastErrorMessage, errorMessage, arrivalTimestamp } = JSON.parse(line);
      if (typeof rawData !== 'string') return [];
      return [
        {
          code: lastErrorCode ?? errorCode ?? 'unknown',
          reason: lastErrorMessage ?? errorMessage ?? '',
          arrived: typeof arrivalTimestamp === 'number' ? new Date(arrivalTimestamp).toISOString() : undefined,
          text: Buffer.from(rawData, 'base64').toString('utf8'),
        },
      ];
    } catch {
      return [];
    }
  });
}
