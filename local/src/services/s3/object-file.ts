import type { Cloud, CloudAccess } from '../../core/cloud';
import { type Caller, isOwner } from '../../core/operation';
import { listCurrent } from './listing';
import { findObject } from './objects';
import { headObject } from './operations/get-object';
import { listObjectsV2 } from './operations/list-objects';
import { S3State, type StoredObject } from './state';

/** An object's body as a plain file. */
export interface ObjectFile {
  /** Absolute. A new version of the key replaces the file; an open one stays readable. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** Bodies as files, for engines that read files themselves. */
export class ObjectFiles {
  constructor(private readonly cloud: Cloud) {}

  /**
   * The file of an object's body. Needs GetObject's permissions.
   * @throws AwsError `NoSuchBucket`, `NoSuchKey`, `AccessDenied`, `KMS.…` for an unusable key
   */
  async file(bucket: string, key: string, caller: Caller): Promise<ObjectFile> {
    // The checksum makes HeadObject check the key's permission, as GetObject does.
    await this.cloud.call(headObject, { Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }, caller);
    const state = this.cloud.state(S3State);
    await state.whenIdle(bucket, key);
    return fileOf(state, findObject(state, bucket, key));
  }

  /**
   * The next files of {@link objectFiles}: equal to {@link file} for each listed key, without a turn of the event loop
   * for each.
   * @param after `next` of the page before
   */
  async page(bucket: string, prefix: string, caller: Caller, after?: string): Promise<FilePage> {
    if (after === undefined)
      await this.cloud.call(listObjectsV2, { Bucket: bucket, Prefix: prefix, MaxKeys: 0 }, caller);
    const state = this.cloud.state(S3State);
    /** KMS keys whose permission has been checked. */
    const usable = new Set<string>();
    const { items, next } = listCurrent(state, { bucket, prefix, after, limit: PAGE });
    const files: KeyedFile[] = [];
    for (const object of items) {
      const { key, size } = object;
      if (size === 0 || HIDDEN.test(key.slice(prefix.length))) continue;
      const { algorithm, kmsKeyId = '' } = object.encryption;
      const open = isOwner(caller) && (algorithm === 'AES256' || usable.has(kmsKeyId));
      const plain = open && !state.isBusy(bucket, key);
      files.push({ ...(plain ? fileOf(state, object) : await this.file(bucket, key, caller)), key });
      usable.add(kmsKeyId);
    }
    return { files, next };
  }
}

type KeyedFile = ObjectFile & { readonly key: string };

interface FilePage {
  readonly files: readonly KeyedFile[];
  /** Undefined at the end. */
  readonly next?: string;
}

const PAGE = 1_000;
/** Names that Athena treats as hidden, of an object or of a folder on its path. */
const HIDDEN = /(?:^|\/)[_.]/;

/** @see ObjectFiles.file */
export function objectFile(cloud: CloudAccess, bucket: string, key: string, caller: Caller): Promise<ObjectFile> {
  return cloud.state(ObjectFiles).file(bucket, key, caller);
}

/**
 * Files of the objects below a prefix, without empty and hidden ones, as for Athena. Needs the permissions of
 * ListObjectsV2 and GetObject; skipped objects need none to be read.
 * @throws as {@link objectFile}
 */
export async function* objectFiles(
  cloud: CloudAccess,
  bucket: string,
  prefix: string,
  caller: Caller,
): AsyncGenerator<readonly KeyedFile[]> {
  const objects = cloud.state(ObjectFiles);
  let after: string | undefined;
  do {
    const { files, next } = await objects.page(bucket, prefix, caller, after);
    yield files;
    after = next;
    await new Promise(setImmediate);
  } while (after !== undefined);
}

function fileOf(state: S3State, { path, size, etag, lastModified }: StoredObject): ObjectFile {
  return { path: state.files.absolute(path), size, etag, lastModified: new Date(lastModified) };
}
