import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FileStep } from './body/files';
import type { StagedBody } from './body/receive';
import { checkWriteConditions, sameEtag, type WriteConditions } from './conditions';
import {
  invalidVersionId,
  methodNotAllowed,
  noSuchBucket,
  noSuchKey,
  noSuchVersion,
  preconditionFailed,
} from './errors';
import type { ObjectEvent } from './notifications/event';
import { Notifier } from './notifications/notifier';
import {
  afterPrefix,
  type BucketRecord,
  type ObjectRecord,
  objectKey,
  type S3State,
  type Tag,
  versionKey,
  versionPrefix,
} from './state';

/** What a put object is, besides its place among the versions. */
export type NewObject = Omit<ObjectRecord, 'key' | 'versionId' | 'sequence' | 'path' | 'size' | 'deleteMarker'>;

/**
 * Makes a staged body the current version of a key: at once and as a whole, or not at all.
 * @param body is moved, or removed if this fails.
 * @param options.event what is told of it.
 * @throws AwsError `PreconditionFailed`; `NoSuchKey` if there is nothing that IfMatch could match; `NoSuchBucket`.
 */
export function putVersion(
  state: S3State,
  bucketName: string,
  key: string,
  body: Pick<StagedBody, 'path' | 'size'>,
  object: NewObject,
  options: WriteConditions & { event: ObjectEvent; also?: () => void },
): Promise<ObjectRecord> {
  const replace = async () => {
    const bucket = existing(state, bucketName);
    const current = state.objects.get(objectKey(bucketName, key));
    checkWriteConditions(options, current, key);
    const path = current?.path ?? state.files.choose(bucketName, key);
    if (current !== undefined) state.files.reserve(path);
    try {
      const { steps, write } = supersede(state, bucket, key, current);
      const sequence = nextSequence(state, bucketName, key, current);
      const record: ObjectRecord = {
        ...object,
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
        state.objects.put(objectKey(bucketName, key), record);
        state.cloud.state(Notifier).note(options.event, kept, record);
      });
      return record;
    } finally {
      state.files.release(path);
    }
  };
  return state.place(body.path, () => state.change(bucketName, key, replace));
}

/** What a delete did, as DeleteObject tells it. */
export interface Removal {
  readonly deleteMarker?: boolean;
  readonly versionId?: string;
}

/**
 * Deletes a key as S3 does: for good without versioning, behind a delete marker with it, or one version for good. What
 * isn't there counts as deleted.
 * @throws AwsError `PreconditionFailed` if `ifMatch` doesn't match, `NoSuchKey` if there is nothing that it could.
 */
export function removeObject(
  state: S3State,
  bucketName: string,
  key: string,
  options: { versionId?: string; ifMatch?: string; by: ObjectEvent['by'] },
): Promise<Removal> {
  return state.change(bucketName, key, async () => {
    const bucket = existing(state, bucketName);
    if (options.versionId !== undefined && !isVersionId(state, bucketName, key, options.versionId))
      throw invalidVersionId(options.versionId);
    const current = state.objects.get(objectKey(bucketName, key));
    if (options.ifMatch !== undefined && current === undefined) throw noSuchKey(key);
    if (options.ifMatch !== undefined && !sameEtag(options.ifMatch, current?.etag ?? ''))
      throw preconditionFailed('If-Match');
    const told = (name: string) => (record: ObjectRecord) => {
      disturbUploads(state, bucketName, key);
      state.cloud.state(Notifier).note({ name: `ObjectRemoved:${name}`, by: options.by }, bucket, record);
    };
    const deleted = told('Delete');
    if (options.versionId !== undefined)
      return removeVersion(state, bucketName, key, options.versionId, current, deleted);
    if (bucket.versioning !== undefined) return addMarker(state, bucket, key, current, told('DeleteMarkerCreated'));
    // What isn't there counts as deleted, and is told.
    const gone = current ?? absent(bucket, key, state.cloud.clock.now());
    await state.commit(current === undefined ? [] : [{ remove: current.path }], () => {
      state.objects.remove(objectKey(bucketName, key));
      deleted(gone);
    });
    return {};
  });
}

/** A record of a body that there is not. */
const absent = ({ encryption }: BucketRecord, key: string, lastModified: number): ObjectRecord => ({
  ...{ key, versionId: 'null', sequence: 0, path: '', size: 0, etag: '', lastModified, headers: {}, tags: [] },
  encryption,
});

/** Notes what happened to a version, inside the transaction. */
type Tell = (record: ObjectRecord) => void;

async function addMarker(
  state: S3State,
  bucket: BucketRecord,
  key: string,
  current: ObjectRecord | undefined,
  tell: Tell,
): Promise<Removal> {
  const { steps, write } = supersede(state, bucket, key, current);
  // A null version that a null marker replaces is gone.
  if (steps.length === 0 && current !== undefined) steps.push({ remove: current.path });
  const sequence = nextSequence(state, bucket.name, key, current);
  const marker: ObjectRecord = {
    ...absent(bucket, key, state.cloud.clock.now()),
    versionId: bucket.versioning === 'Enabled' ? newVersionId(sequence) : 'null',
    sequence,
    deleteMarker: true,
  };
  await state.commit(steps, () => {
    write();
    state.objects.remove(objectKey(bucket.name, key));
    state.versions.put(versionKey(bucket.name, key, sequence), marker);
    tell(marker);
  });
  return { deleteMarker: true, versionId: marker.versionId };
}

async function removeVersion(
  state: S3State,
  bucket: string,
  key: string,
  versionId: string,
  current: ObjectRecord | undefined,
  tell: Tell,
): Promise<Removal> {
  if (current?.versionId === versionId) {
    await removeCurrent(state, bucket, current, tell);
    return { versionId };
  }
  const versions = oldVersions(state, bucket, key);
  const old = versions.find((record) => record.versionId === versionId);
  if (old === undefined) return { versionId };
  // Without its newest delete marker, a key is back as what it was before.
  const next = current === undefined ? versions[1] : undefined;
  const isNewest = current === undefined && versions[0] === old;
  const steps: FileStep[] = old.deleteMarker === true ? [] : [{ remove: old.path }];
  const forget = () => {
    state.versions.remove(versionKey(bucket, key, old.sequence));
    tell(old);
  };
  if (isNewest && next !== undefined && next.deleteMarker !== true) {
    await promote(state, bucket, next, steps, forget);
  } else {
    await state.commit(steps, forget);
  }
  return { versionId, deleteMarker: old.deleteMarker };
}

async function removeCurrent(state: S3State, bucket: string, current: ObjectRecord, tell: Tell): Promise<void> {
  const next = newestOld(state, bucket, current.key);
  if (next === undefined || next.deleteMarker === true) {
    await state.commit([{ remove: current.path }], () => {
      state.objects.remove(objectKey(bucket, current.key));
      tell(current);
    });
    return;
  }
  const promoted = { ...next, path: current.path };
  await state.commit([{ install: [next.path, current.path] }], () => {
    state.versions.remove(versionKey(bucket, next.key, next.sequence));
    state.objects.put(objectKey(bucket, next.key), promoted);
    tell(current);
  });
}

// An old version becomes the current one again, and its body the plain file of the key.
async function promote(state: S3State, bucket: string, next: ObjectRecord, steps: FileStep[], also: () => void) {
  const path = state.files.choose(bucket, next.key);
  try {
    await state.commit([...steps, { install: [next.path, path] }], () => {
      also();
      state.versions.remove(versionKey(bucket, next.key, next.sequence));
      state.objects.put(objectKey(bucket, next.key), { ...next, path });
    });
  } finally {
    state.files.release(path);
  }
}

/**
 * What happens to the current version when another takes its place: with versioning it is kept, and without, or where
 * a null version takes a null version's place, it is gone.
 */
function supersede(
  state: S3State,
  bucket: BucketRecord,
  key: string,
  current: ObjectRecord | undefined,
): { steps: FileStep[]; write: () => void } {
  const steps: FileStep[] = [];
  const writes: (() => void)[] = [];
  const replacesNull = bucket.versioning !== 'Enabled';
  if (bucket.versioning !== undefined && current !== undefined && !(replacesNull && current.versionId === 'null')) {
    const path = join(bucket.name, 'versions', randomBytes(16).toString('hex'));
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

/** The current version of a key, or the named one. @throws AwsError `NoSuchKey`, `NoSuchVersion`. */
export function findObject(state: S3State, bucket: string, key: string, versionId?: string): ObjectRecord {
  const current = state.objects.get(objectKey(bucket, key));
  if (versionId === undefined) {
    if (current === undefined) throw noSuchKey(key);
    return current;
  }
  if (current?.versionId === versionId) return current;
  const old = oldVersions(state, bucket, key).find((record) => record.versionId === versionId);
  if (old !== undefined) return old;
  throw isWellFormed(versionId) ? noSuchVersion(key, versionId) : invalidVersionId(versionId);
}

/**
 * A version that is an object, and no delete marker.
 * @param method of the request, for the error
 * @throws AwsError `NoSuchKey`, `NoSuchVersion`, `InvalidArgument`, `MethodNotAllowed`.
 */
export function findBody(
  state: S3State,
  bucket: string,
  key: string,
  versionId?: string,
  method = 'GET',
): ObjectRecord {
  const record = findObject(state, bucket, key, versionId);
  if (record.deleteMarker === true) throw methodNotAllowed(method);
  return record;
}

/** {@link findBody} as the operations on tags have it: a key behind a delete marker allows no method. */
export function findTagged(state: S3State, bucket: string, key: string, versionId: string | undefined, method: string) {
  const isMarked = versionId === undefined && state.objects.get(objectKey(bucket, key)) === undefined;
  if (isMarked && newestMarker(state, bucket, key) !== undefined) throw methodNotAllowed(method);
  return findBody(state, bucket, key, versionId, method);
}

/** Whether the newest version of a key is a delete marker; its record then. */
export function newestMarker(state: S3State, bucket: string, key: string): ObjectRecord | undefined {
  const newest = newestOld(state, bucket, key);
  return newest?.deleteMarker === true ? newest : undefined;
}

/** Gives a version other tags. @throws AwsError as {@link findTagged}. */
export function replaceTags(
  state: S3State,
  bucketName: string,
  key: string,
  versionId: string | undefined,
  tags: readonly Tag[],
  change: 'Put' | 'Delete',
  by: ObjectEvent['by'],
): Promise<ObjectRecord> {
  return state.change(bucketName, key, async () => {
    const record = { ...findTagged(state, bucketName, key, versionId, change.toUpperCase()), tags };
    const isCurrent = state.objects.get(objectKey(bucketName, key))?.versionId === record.versionId;
    await state.commit([], () => {
      if (isCurrent) state.objects.put(objectKey(bucketName, key), record);
      else state.versions.put(versionKey(bucketName, key, record.sequence), record);
      const event = { name: `ObjectTagging:${change}`, by };
      state.cloud.state(Notifier).note(event, existing(state, bucketName), record);
    });
    return record;
  });
}

// Newest first.
function oldVersions(state: S3State, bucket: string, key: string, limit?: number): ObjectRecord[] {
  const start = versionPrefix(bucket, key);
  return [...state.versions.getRange({ start, end: afterPrefix(start), limit })].map(({ value }) => value);
}

function newestOld(state: S3State, bucket: string, key: string): ObjectRecord | undefined {
  return oldVersions(state, bucket, key, 1)[0];
}

function nextSequence(state: S3State, bucket: string, key: string, current: ObjectRecord | undefined): number {
  return Math.max(current?.sequence ?? 0, newestOld(state, bucket, key)?.sequence ?? 0) + 1;
}

const VERSION_ID = /^([0-9a-z]{10}[0-9A-Za-z]{18})([0-9a-f]{4})$/;

/**
 * A version id begins with its place among the key's versions, so that a listing goes on behind a version that is gone;
 * it ends in a check, as S3 tells an id that it never gave from one that is gone.
 */
function newVersionId(sequence: number): string {
  const random = randomBytes(18)
    .toString('base64')
    .replace(/[^0-9A-Za-z]/g, '0')
    .slice(0, 18);
  const id = sequence.toString(36).padStart(10, '0') + random;
  return id + checkOf(id);
}

const checkOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 4);

/** The sequence number in a version id. */
export function sequenceIn(versionId: string): number | undefined {
  return isWellFormed(versionId) && versionId !== 'null' ? Number.parseInt(versionId.slice(0, 10), 36) : undefined;
}

function isWellFormed(versionId: string): boolean {
  const [, id, check] = VERSION_ID.exec(versionId) ?? [];
  return versionId === 'null' || (id !== undefined && checkOf(id) === check);
}

/** Whether a version id is of S3's form, or is one of the key's: those of before have another form. */
function isVersionId(state: S3State, bucket: string, key: string, versionId: string): boolean {
  return (
    isWellFormed(versionId) ||
    state.objects.get(objectKey(bucket, key))?.versionId === versionId ||
    oldVersions(state, bucket, key).some((record) => record.versionId === versionId)
  );
}

/** Notes in the unfinished uploads of a key that it has changed. To be called inside of a commit. */
function disturbUploads(state: S3State, bucket: string, key: string): void {
  const start = versionPrefix(bucket, key);
  for (const { key: at, value } of [...state.uploads.getRange({ start, end: afterPrefix(start) })])
    if (value.disturbed !== true) state.uploads.put(at, { ...value, disturbed: true });
}

function existing(state: S3State, bucket: string): BucketRecord {
  const found = state.buckets.get(bucket);
  if (found === undefined) throw noSuchBucket(bucket);
  return found;
}
