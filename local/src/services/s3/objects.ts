import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { fileName } from '../../store/file-name';
import type { FileStep } from './body/files';
import type { StagedBody } from './body/receive';
import { checkWriteConditions, type WriteConditions } from './conditions';
import { invalidVersionId, methodNotAllowed, noSuchBucket, noSuchKey, noSuchVersion } from './errors';
import type { ObjectEvent } from './notifications/event';
import { Notifier } from './notifications/notifier';
import type { Bucket, S3State, StoredObject, Tag } from './state';
import { afterPrefix, objectKey, versionKey, versionPrefix } from './table-keys';
import { isWellFormed, newVersionId } from './version-id';

/** A new object, without its position among the versions. */
export type NewObject = Omit<StoredObject, 'key' | 'versionId' | 'sequence' | 'path' | 'size' | 'deleteMarker'>;

/**
 * Makes a staged body the current version of a key, atomically.
 * @param body is moved, or removed on failure
 * @param options.event event to send
 * @throws AwsError `PreconditionFailed`; `NoSuchKey` if there is no object for IfMatch; `NoSuchBucket`
 */
export function putVersion(
  state: S3State,
  bucketName: string,
  key: string,
  body: Pick<StagedBody, 'path' | 'size'>,
  added: NewObject,
  options: WriteConditions & { event: ObjectEvent; also?: () => void },
): Promise<StoredObject> {
  const replace = async () => {
    const bucket = existing(state, bucketName);
    const current = state.objects.get(objectKey(bucketName, key));
    checkWriteConditions(options, current, key);
    const path = current?.path ?? state.files.choose(bucketName, key);
    if (current !== undefined) state.files.reserve(path);
    try {
      const { steps, write } = supersede(state, bucket, key, current);
      const sequence = nextSequence(state, bucketName, key, current);
      const object: StoredObject = {
        ...added,
        key,
        path,
        size: body.size,
        versionId: bucket.versioning === 'Enabled' ? newVersionId(sequence) : 'null',
        sequence,
      };
      await state.commit([...steps, { install: [state.stagedPath(body.path), path] }], () => {
        const kept = existing(state, bucketName);
        options.also?.();
        write();
        disturbUploads(state, bucketName, key);
        state.objects.put(objectKey(bucketName, key), object);
        state.cloud.state(Notifier).note(options.event, kept, object);
      });
      return object;
    } finally {
      state.files.release(path);
    }
  };
  return state.place(body.path, () => state.change(bucketName, key, replace));
}

/**
 * Handles the current version when another replaces it: with versioning it is kept; without, or if a null version
 * replaces a null version, it is deleted.
 */
export function supersede(
  state: S3State,
  bucket: Bucket,
  key: string,
  current: StoredObject | undefined,
): { steps: FileStep[]; write: () => void } {
  const steps: FileStep[] = [];
  const writes: (() => void)[] = [];
  const replacesNull = bucket.versioning !== 'Enabled';
  if (bucket.versioning !== undefined && current !== undefined && !(replacesNull && current.versionId === 'null')) {
    const path = posix.join(fileName(bucket.name), 'versions', randomBytes(16).toString('hex'));
    steps.push({ archive: [current.path, path] });
    writes.push(() => state.versions.put(versionKey(bucket.name, key, current.sequence), { ...current, path }));
  }
  if (bucket.versioning === 'Suspended') {
    const old = oldVersions(state, bucket.name, key).find(({ versionId }) => versionId === 'null');
    if (old !== undefined) {
      if (old.deleteMarker !== true) steps.push({ remove: old.path });
      writes.push(() => state.versions.remove(versionKey(bucket.name, key, old.sequence)));
    }
  }
  const write = () => {
    for (const one of writes) one();
  };
  return { steps, write };
}

/** The current version of a key, or the given one. @throws AwsError `NoSuchKey`, `NoSuchVersion` */
export function findObject(state: S3State, bucket: string, key: string, versionId?: string): StoredObject {
  const current = state.objects.get(objectKey(bucket, key));
  if (versionId === undefined) {
    if (current === undefined) throw noSuchKey(key);
    return current;
  }
  if (current?.versionId === versionId) return current;
  const old = oldVersions(state, bucket, key).find((object) => object.versionId === versionId);
  if (old !== undefined) return old;
  throw isWellFormed(versionId) ? noSuchVersion(key, versionId) : invalidVersionId(versionId);
}

/**
 * A version that is an object, not a delete marker.
 * @param method method of the request, for the error
 * @throws AwsError `NoSuchKey`, `NoSuchVersion`, `InvalidArgument`, `MethodNotAllowed`
 */
export function findBody(
  state: S3State,
  bucket: string,
  key: string,
  versionId?: string,
  method = 'GET',
): StoredObject {
  const object = findObject(state, bucket, key, versionId);
  if (object.deleteMarker === true) throw methodNotAllowed(method);
  return object;
}

/** {@link findBody} for the operations on tags: a key behind a delete marker allows no method. */
export function findTagged(state: S3State, bucket: string, key: string, versionId: string | undefined, method: string) {
  const isMarked = versionId === undefined && state.objects.get(objectKey(bucket, key)) === undefined;
  if (isMarked && newestMarker(state, bucket, key) !== undefined) throw methodNotAllowed(method);
  return findBody(state, bucket, key, versionId, method);
}

/** The delete marker that is the newest version of a key, if it is one. */
export function newestMarker(state: S3State, bucket: string, key: string): StoredObject | undefined {
  const newest = newestOld(state, bucket, key);
  return newest?.deleteMarker === true ? newest : undefined;
}

/** Replaces a version's tags. @throws AwsError as {@link findTagged} */
export function replaceTags(
  state: S3State,
  bucketName: string,
  key: string,
  versionId: string | undefined,
  tags: readonly Tag[],
  change: 'Put' | 'Delete',
  by: ObjectEvent['by'],
): Promise<StoredObject> {
  return state.change(bucketName, key, async () => {
    const object = { ...findTagged(state, bucketName, key, versionId, change.toUpperCase()), tags };
    const isCurrent = state.objects.get(objectKey(bucketName, key))?.versionId === object.versionId;
    await state.commit([], () => {
      if (isCurrent) state.objects.put(objectKey(bucketName, key), object);
      else state.versions.put(versionKey(bucketName, key, object.sequence), object);
      const event = { name: `ObjectTagging:${change}`, by };
      state.cloud.state(Notifier).note(event, existing(state, bucketName), object);
    });
    return object;
  });
}

/** Versions before the current one, newest first. */
export function oldVersions(state: S3State, bucket: string, key: string, limit?: number): StoredObject[] {
  const start = versionPrefix(bucket, key);
  return [...state.versions.getRange({ start, end: afterPrefix(start), limit })].map(({ value }) => value);
}

/** The first of {@link oldVersions}. */
export function newestOld(state: S3State, bucket: string, key: string): StoredObject | undefined {
  return oldVersions(state, bucket, key, 1)[0];
}

/** Sequence number of a key's next version. */
export function nextSequence(state: S3State, bucket: string, key: string, current: StoredObject | undefined): number {
  return Math.max(current?.sequence ?? 0, newestOld(state, bucket, key)?.sequence ?? 0) + 1;
}

/** Marks the unfinished uploads of a key: it has changed. Within a commit. */
export function disturbUploads(state: S3State, bucket: string, key: string): void {
  const start = versionPrefix(bucket, key);
  for (const { key: at, value } of [...state.uploads.getRange({ start, end: afterPrefix(start) })])
    if (value.disturbed !== true) state.uploads.put(at, { ...value, disturbed: true });
}

/** @throws AwsError `NoSuchBucket`. */
export function existing(state: S3State, bucket: string): Bucket {
  const found = state.buckets.get(bucket);
  if (found === undefined) throw noSuchBucket(bucket);
  return found;
}
