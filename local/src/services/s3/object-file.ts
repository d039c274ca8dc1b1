import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { listCurrent } from './listing';
import { findObject } from './objects';
import { headObject } from './operations/get-object';
import { listObjectsV2 } from './operations/list-objects';
import { type ObjectRecord, S3State } from './state';

/** An object's body as the plain file that it is. */
export interface ObjectFile {
  /** Absolute. Another version that takes the key's place replaces the file; one that is open stays readable. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

/**
 * Where an object's body is on disk, for engines that read files themselves. Needs what GetObject needs.
 * @throws AwsError `NoSuchBucket`, `NoSuchKey`, `AccessDenied`, `KMS.…` for a key that can't be used.
 */
export async function objectFile(cloud: Cloud, bucket: string, key: string, caller: Caller): Promise<ObjectFile> {
  // With the checksum it needs the key too, as the body does.
  await cloud.call(headObject, { Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }, caller);
  const state = cloud.state(S3State);
  await state.settled(bucket, key);
  return fileOf(state, findObject(state, bucket, key));
}

function fileOf(state: S3State, { path, size, etag, lastModified }: ObjectRecord): ObjectFile {
  return { path: state.files.absolute(path), size, etag, lastModified: new Date(lastModified) };
}

const PAGE = 1_000;

/**
 * The files of the objects below a prefix, a page at a time: what asking {@link objectFile} for each listed key gives,
 * without a turn of the event loop for each. Needs what ListObjectsV2 and GetObject need.
 * @param wanted keys that are left out need no right to be read.
 * @throws as {@link objectFile}
 */
export async function* objectFiles(
  cloud: Cloud,
  bucket: string,
  prefix: string,
  caller: Caller,
  wanted: (key: string, size: number) => boolean,
): AsyncGenerator<(ObjectFile & { readonly key: string })[]> {
  await cloud.call(listObjectsV2, { Bucket: bucket, Prefix: prefix, MaxKeys: 0 }, caller);
  const state = cloud.state(S3State);
  /** Keys of KMS that a body was read with. */
  const usable = new Set<string>();
  let after: string | undefined;
  do {
    const { items, next } = listCurrent(state, { bucket, prefix, after, limit: PAGE });
    const files: (ObjectFile & { readonly key: string })[] = [];
    for (const record of items) {
      const { key, size } = record;
      if (!wanted(key, size)) continue;
      const { algorithm, kmsKeyId = '' } = record.encryption;
      const open = caller.roleArn === undefined && (algorithm === 'AES256' || usable.has(kmsKeyId));
      const plain = open && !state.isBusy(bucket, key);
      files.push({ ...(plain ? fileOf(state, record) : await objectFile(cloud, bucket, key, caller)), key });
      usable.add(kmsKeyId);
    }
    yield files;
    after = next;
    await new Promise(setImmediate);
  } while (after !== undefined);
}
