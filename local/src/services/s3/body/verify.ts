import { createReadStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'lmdb';
import type { Store } from '../../../store/store';
import type { StoredObject } from '../state';
import { type Checksum, startChecksum } from './checksum';

/** A damaged body. */
export interface DamagedBody {
  /** Absolute. */
  readonly path: string;
  /** Problem, as the end of a sentence. */
  readonly problem: string;
}

/** A version's facts about its body. */
export type BodyPromise = Pick<StoredObject, 'size' | 'checksum' | 'parts'>;

const READ_BYTES = 1024 * 1024;

/** Checks a body. @returns the problem as the end of a sentence */
export async function problemOf(path: string, promise: BodyPromise): Promise<string | undefined> {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return 'is missing';
  if (size !== promise.size) return `has ${size} bytes of ${promise.size}`;
  const check = checkOf(promise);
  if (check === undefined) return undefined;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) check.update(chunk as Buffer);
  return check.matches() ? undefined : 'is damaged: its checksum is not that of what was put';
}

/** A check that runs while a body is read from beginning to end. */
export interface BodyCheck {
  update(chunk: Buffer): void;
  matches(): boolean;
}

/** @returns undefined without a checksum, as for multipart objects that were copied whole */
export function checkOf({ checksum, parts, size }: BodyPromise): BodyCheck | undefined {
  if (checksum === undefined) return undefined;
  if (checksum.type === 'FULL_OBJECT') {
    const running = startChecksum(checksum.algorithm);
    return {
      update: (chunk) => running.update(chunk),
      matches: () => running.digest().toString('base64') === checksum.value,
    };
  }
  return compositeCheck(checksum, parts ?? [size]);
}

/** Checks a composite checksum: that of the parts' checksums, with their number. */
function compositeCheck(checksum: Checksum, parts: readonly number[]): BodyCheck {
  const all = startChecksum(checksum.algorithm);
  let part = 0;
  let left = parts[0] ?? 0;
  let running = startChecksum(checksum.algorithm);
  const endParts = () => {
    while (left === 0 && part < parts.length) {
      all.update(running.digest());
      running = startChecksum(checksum.algorithm);
      left = parts[++part] ?? 0;
    }
  };
  return {
    update: (chunk) => {
      for (let at = 0; at < chunk.length; ) {
        endParts();
        const taken = chunk.subarray(at, at + Math.max(1, left));
        running.update(taken);
        left -= taken.length;
        at += taken.length;
      }
    },
    matches: () => {
      endParts();
      return `${all.digest().toString('base64')}-${parts.length}` === checksum.value;
    },
  };
}

interface Kept {
  readonly table: Database<StoredObject, Buffer>;
  readonly key: Buffer;
  readonly object: StoredObject;
}

function* bodies(store: Store): Generator<Kept> {
  for (const name of ['s3.objects', 's3.versions']) {
    const table = store.binaryTable<StoredObject>(name);
    for (const { key, value: object } of table.getRange({}))
      if (object.deleteMarker !== true) yield { table, key: Buffer.from(key), object };
  }
}

/** Checks all bodies of a data directory. */
export async function* damagedBodies(store: Store, dataDir: string): AsyncGenerator<DamagedBody & Kept> {
  for (const kept of bodies(store)) {
    const path = join(dataDir, 's3', kept.object.path);
    const problem = await problemOf(path, kept.object);
    if (problem !== undefined) yield { path, problem, ...kept };
  }
}

/**
 * Removes objects with damaged bodies, and keeps the bodies.
 * @param lines receives the findings
 * @returns the folder of the kept bodies, if there are any
 */
export async function removeDamagedBodies(
  store: Store,
  dataDir: string,
  now: number,
  lines: string[],
): Promise<string | undefined> {
  const folder = join(dataDir, `damaged-${new Date(now).toISOString().replaceAll(':', '-')}`);
  let kept: string | undefined;
  for await (const { path, problem, table, key, object } of damagedBodies(store, dataDir)) {
    const [bucket] = key.toString('utf8').split('\0');
    lines.push(`s3://${bucket}/${object.key} is lost: ${path} ${problem}`);
    await table.remove(key);
    kept = folder;
    if (problem === 'is missing') continue;
    const target = join(folder, 's3', object.path);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(path, target);
  }
  return kept;
}
