import type { MultipartUpload, S3State, StoredObject } from './state';
import { afterPrefix, objectKey, uploadKey, versionKey, versionPrefix } from './table-keys';
import { sequenceIn } from './version-id';

/** S3's parameters of a listing, with the position to continue at. */
export interface ListQuery {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter?: string;
  /** Skips keys up to and including this one. */
  readonly after?: string;
  /** End of the page before: a common prefix at its beginning was listed already. */
  readonly passed?: string;
  readonly limit: number;
}

export interface Listing<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** Last key or common prefix of the page, if there is more. */
  readonly next?: string;
  /** Last item, unless it was a common prefix. */
  readonly last?: T;
}

type Scan<T> = (start: Buffer) => Iterable<{ key: string; item: T }>;

/**
 * Lists by the keys' UTF-8 bytes; with a limit of 0 nothing, and nothing more. A common prefix costs one step, however
 * many keys it has: the scan continues after all of them.
 */
function list<T>(query: ListQuery, start: Buffer, scan: Scan<T>, skipPrefix: (prefix: string) => Buffer): Listing<T> {
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let next: string | undefined;
  let last: T | undefined;
  let position: Buffer | undefined = start;
  while (position !== undefined) {
    const from: Buffer = position;
    position = undefined;
    for (const { key, item } of scan(from)) {
      const common = commonPrefixOf(key, query);
      if (common !== undefined && query.passed?.startsWith(common) === true) {
        position = skipPrefix(common);
        break;
      }
      if (items.length + commonPrefixes.length >= query.limit) return { items, commonPrefixes, next, last };
      next = common ?? key;
      if (common !== undefined) {
        commonPrefixes.push(common);
        last = undefined;
        position = skipPrefix(common);
        break;
      }
      items.push(item);
      last = item;
    }
  }
  return { items, commonPrefixes };
}

function commonPrefixOf(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === undefined || delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** Lists current objects, for ListObjects and ListObjectsV2. */
export function listCurrent(state: S3State, query: ListQuery): Listing<StoredObject> {
  const prefix = objectKey(query.bucket, query.prefix);
  const end = afterPrefix(prefix);
  const after = query.after === undefined ? undefined : objectKey(query.bucket, `${query.after}\0`);
  const start = after !== undefined && Buffer.compare(after, prefix) > 0 ? after : prefix;
  function* scan(from: Buffer) {
    if (Buffer.compare(from, end) >= 0) return;
    for (const { value } of state.objects.getRange({ start: from, end, snapshot: false }))
      yield { key: value.key, item: value };
  }
  return list(query, start, scan, (common) => afterPrefix(objectKey(query.bucket, common)));
}

/** A version in a listing; whether it is the newest of its key. */
export interface ListedVersion {
  readonly object: StoredObject;
  readonly isLatest: boolean;
}

/**
 * Lists all versions and delete markers, a key's newest first. @param afterVersion continues within the key
 * `query.after`
 */
export function listVersions(state: S3State, query: ListQuery, afterVersion?: string): Listing<ListedVersion> {
  const { bucket, after } = query;
  const prefix = escapedPrefix(bucket, query.prefix);
  const end = afterPrefix(prefix);
  const resume = after === undefined ? undefined : resumeAt(state, bucket, after, afterVersion);
  const start = resume !== undefined && Buffer.compare(resume, prefix) > 0 ? resume : prefix;
  function* scan(from: Buffer) {
    let latestOf: string | undefined;
    for (const { key, object } of merged(state, bucket, from, end)) {
      const isLatest = object.key !== latestOf && isNewest(state, bucket, object);
      latestOf = object.key;
      yield { key, item: { object, isLatest } };
    }
  }
  return list(query, start, scan, (common) => afterPrefix(escapedPrefix(bucket, common)));
}

/** Lists unfinished uploads. @param afterUpload continues within the key `query.after` */
export function listUploads(state: S3State, query: ListQuery, afterUpload?: string): Listing<MultipartUpload> {
  const { bucket, after } = query;
  const prefix = escapedPrefix(bucket, query.prefix);
  const end = afterPrefix(prefix);
  const resume =
    after === undefined
      ? prefix
      : afterPrefix(afterUpload === undefined ? versionPrefix(bucket, after) : uploadKey(bucket, after, afterUpload));
  const start = Buffer.compare(resume, prefix) > 0 ? resume : prefix;
  function* scan(from: Buffer) {
    if (Buffer.compare(from, end) >= 0) return;
    for (const { value } of state.uploads.getRange({ start: from, end, snapshot: false }))
      yield { key: value.key, item: value };
  }
  return list(query, start, scan, (common) => afterPrefix(escapedPrefix(bucket, common)));
}

// Merges current objects into the old versions by their sequence number, the highest of their key.
function* merged(state: S3State, bucket: string, from: Buffer, end: Buffer) {
  if (Buffer.compare(from, end) >= 0) return;
  const old = oldFrom(state, from, end);
  const current = currentFrom(state, bucket, from, end);
  let left = old.next().value;
  let right = current.next().value;
  while (left !== undefined || right !== undefined) {
    const takeLeft = right === undefined || (left !== undefined && Buffer.compare(left.at, right.at) < 0);
    const { object } = (takeLeft ? left : right) as Placed;
    yield { key: object.key, object };
    if (takeLeft) left = old.next().value;
    else right = current.next().value;
  }
}

/** A version and its position in the order of all. */
interface Placed {
  readonly at: Buffer;
  readonly object: StoredObject;
}

function* oldFrom(state: S3State, start: Buffer, end: Buffer): Generator<Placed, undefined> {
  for (const { key, value } of state.versions.getRange({ start, end, snapshot: false }))
    yield { at: key, object: value };
  return undefined;
}

function* currentFrom(state: S3State, bucket: string, from: Buffer, end: Buffer): Generator<Placed, undefined> {
  const start = unescaped(from);
  for (const { value } of state.objects.getRange({ start, end: afterPrefix(objectKey(bucket, '')), snapshot: false })) {
    const at = versionKey(bucket, value.key, value.sequence);
    if (Buffer.compare(at, end) >= 0) return undefined;
    if (Buffer.compare(at, from) >= 0) yield { at, object: value };
  }
  return undefined;
}

// A lower bound in the table of current objects for a position in the table of versions: up to the first escape.
function unescaped(from: Buffer): Buffer {
  const bucketEnd = from.indexOf(0);
  const firstEscape = bucketEnd === -1 ? -1 : from.indexOf(0, bucketEnd + 1);
  return firstEscape === -1 ? from : from.subarray(0, firstEscape);
}

function isNewest(state: S3State, bucket: string, object: StoredObject): boolean {
  const current = state.objects.get(objectKey(bucket, object.key));
  if (current !== undefined) return current.sequence === object.sequence;
  const start = versionPrefix(bucket, object.key);
  for (const { value } of state.versions.getRange({ start, end: afterPrefix(start), limit: 1 }))
    return value.sequence === object.sequence;
  return false;
}

function resumeAt(state: S3State, bucket: string, key: string, versionId: string | undefined): Buffer {
  const all = versionPrefix(bucket, key);
  if (versionId === undefined) return afterPrefix(all);
  const current = state.objects.get(objectKey(bucket, key));
  const candidates = [...state.versions.getRange({ start: all, end: afterPrefix(all) })].map(({ value }) => value);
  const marked = [...(current === undefined ? [] : [current]), ...candidates].find(
    (object) => object.versionId === versionId,
  );
  // A deleted version keeps its position: deleting page by page would otherwise skip those behind it.
  const sequence = marked?.sequence ?? sequenceIn(versionId);
  return sequence === undefined ? afterPrefix(all) : versionKey(bucket, key, sequence - 1);
}

function escapedPrefix(bucket: string, prefix: string): Buffer {
  const whole = versionPrefix(bucket, prefix);
  return whole.subarray(0, whole.length - 2);
}
