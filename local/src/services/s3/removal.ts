import type { FileStep } from './body/files';
import { sameEtag } from './conditions';
import { invalidVersionId, noSuchKey, preconditionFailed } from './errors';
import type { ObjectEvent } from './notifications/event';
import { Notifier } from './notifications/notifier';
import { disturbUploads, existing, newestOld, nextSequence, oldVersions, supersede } from './objects';
import type { Bucket, S3State, StoredObject } from './state';
import { objectKey, versionKey } from './table-keys';
import { isWellFormed, newVersionId } from './version-id';

/** Result of a deletion in DeleteObject's terms. */
export interface Removal {
  readonly deleteMarker?: boolean;
  readonly versionId?: string;
}

/**
 * Deletes a key as S3 does: permanently without versioning, by a delete marker with it, or one version permanently.
 * Deleting a missing key succeeds.
 * @throws AwsError `PreconditionFailed` if `ifMatch` doesn't match, `NoSuchKey` if there is no object for it
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
    const told = (name: string) => (object: StoredObject) => {
      disturbUploads(state, bucketName, key);
      state.cloud.state(Notifier).note({ name: `ObjectRemoved:${name}`, by: options.by }, bucket, object);
    };
    const deleted = told('Delete');
    if (options.versionId !== undefined)
      return removeVersion(state, bucketName, key, options.versionId, current, deleted);
    if (bucket.versioning !== undefined) return addMarker(state, bucket, key, current, told('DeleteMarkerCreated'));
    // Deleting a missing key succeeds, and sends an event.
    const gone = current ?? absent(bucket, key, state.cloud.clock.now());
    await state.commit(current === undefined ? [] : [{ remove: current.path }], () => {
      state.objects.remove(objectKey(bucketName, key));
      deleted(gone);
    });
    return {};
  });
}

/** A record of a missing object. */
const absent = ({ encryption }: Bucket, key: string, lastModified: number): StoredObject => ({
  ...{ key, versionId: 'null', sequence: 0, path: '', size: 0, etag: '', lastModified, headers: {}, tags: [] },
  encryption,
});

/** Queues a version's event; within the transaction. */
type Notify = (object: StoredObject) => void;

async function addMarker(
  state: S3State,
  bucket: Bucket,
  key: string,
  current: StoredObject | undefined,
  notify: Notify,
): Promise<Removal> {
  const { steps, write } = supersede(state, bucket, key, current);
  // A null version that a null marker replaces is deleted.
  if (steps.length === 0 && current !== undefined) steps.push({ remove: current.path });
  const sequence = nextSequence(state, bucket.name, key, current);
  const marker: StoredObject = {
    ...absent(bucket, key, state.cloud.clock.now()),
    versionId: bucket.versioning === 'Enabled' ? newVersionId(sequence) : 'null',
    sequence,
    deleteMarker: true,
  };
  await state.commit(steps, () => {
    write();
    state.objects.remove(objectKey(bucket.name, key));
    state.versions.put(versionKey(bucket.name, key, sequence), marker);
    notify(marker);
  });
  return { deleteMarker: true, versionId: marker.versionId };
}

async function removeVersion(
  state: S3State,
  bucket: string,
  key: string,
  versionId: string,
  current: StoredObject | undefined,
  notify: Notify,
): Promise<Removal> {
  if (current?.versionId === versionId) {
    await removeCurrent(state, bucket, current, notify);
    return { versionId };
  }
  const versions = oldVersions(state, bucket, key);
  const old = versions.find((object) => object.versionId === versionId);
  if (old === undefined) return { versionId };
  // Without its newest delete marker, the version before is current again.
  const next = current === undefined ? versions[1] : undefined;
  const isNewest = current === undefined && versions[0] === old;
  const steps: FileStep[] = old.deleteMarker === true ? [] : [{ remove: old.path }];
  const forget = () => {
    state.versions.remove(versionKey(bucket, key, old.sequence));
    notify(old);
  };
  if (isNewest && next !== undefined && next.deleteMarker !== true) {
    await promote(state, bucket, next, steps, forget);
  } else {
    await state.commit(steps, forget);
  }
  return { versionId, deleteMarker: old.deleteMarker };
}

async function removeCurrent(state: S3State, bucket: string, current: StoredObject, notify: Notify): Promise<void> {
  const next = newestOld(state, bucket, current.key);
  if (next === undefined || next.deleteMarker === true) {
    await state.commit([{ remove: current.path }], () => {
      state.objects.remove(objectKey(bucket, current.key));
      notify(current);
    });
    return;
  }
  const promoted = { ...next, path: current.path };
  await state.commit([{ install: [next.path, current.path] }], () => {
    state.versions.remove(versionKey(bucket, next.key, next.sequence));
    state.objects.put(objectKey(bucket, next.key), promoted);
    notify(current);
  });
}

// Makes an old version the current one, with its body as the key's plain file.
async function promote(state: S3State, bucket: string, next: StoredObject, steps: FileStep[], also: () => void) {
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

/** Whether a version id has S3's form, or is one of the key's: earlier versions of the endpoint used another form. */
function isVersionId(state: S3State, bucket: string, key: string, versionId: string): boolean {
  return (
    isWellFormed(versionId) ||
    state.objects.get(objectKey(bucket, key))?.versionId === versionId ||
    oldVersions(state, bucket, key).some((object) => object.versionId === versionId)
  );
}
