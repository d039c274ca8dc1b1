import type { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { findObject } from './objects';
import { headObject } from './operations/get-object';
import { S3State } from './state';

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
  const record = findObject(state, bucket, key);
  return {
    path: state.files.absolute(record.path),
    size: record.size,
    etag: record.etag,
    lastModified: new Date(record.lastModified),
  };
}
