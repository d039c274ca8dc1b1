import { closeSync, createReadStream, fstatSync, openSync, read } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest } from '@aws-sdk/client-s3';
import { AwsError } from '../../../core/errors';
import type { Context } from '../../../core/operation';
import { bucketArn, onObject } from '../arn';
import { checksumMembers } from '../body/checksum';
import { type BodyCheck, checkOf } from '../body/verify';
import { modifiedSince, sameEtag, unmodifiedSince } from '../conditions';
import { operation, operationOf } from '../contract';
import { encryptionMembers, keyPermission, withUsableKey } from '../encryption';
import { invalidRange, invalidRequest, methodNotAllowed, noSuchKey, notModified, preconditionFailed } from '../errors';
import { expirationOf } from '../lifecycle';
import { findObject, newestMarker } from '../objects';
import { type Bucket, S3State, type StoredObject } from '../state';
import { objectKey } from '../table-keys';
import { stateOf, versionOf } from './common';

export type GetObjectResult = Omit<GetObjectOutput, 'Body'> & { Body: Readable | Buffer };

/** Reads a body into memory. */
export const bytesOf = async (body: Readable | Buffer): Promise<Buffer> =>
  body instanceof Readable ? buffer(body) : body;

type ReadInput = Pick<
  GetObjectRequest,
  | 'VersionId'
  | 'Range'
  | 'PartNumber'
  | 'IfMatch'
  | 'IfNoneMatch'
  | 'IfModifiedSince'
  | 'IfUnmodifiedSince'
  | 'ChecksumMode'
> & { Bucket: string; Key: string };

export const getObject = operationOf<GetObjectRequest, GetObjectResult>('GetObject', {
  permissions: (input, context) => readPermissions(input, context, true),
  handle: async (input, context) => {
    const { state, object, bucket } = await find(input, context);
    // In the same turn as the metadata's read: no other version can have replaced the file.
    const descriptor = openSync(state.files.absolute(object.path), 'r');
    let streams = false;
    try {
      const { range, output } = describe(input, object, bucket, context);
      await withUsableKey(object.encryption, bucket, context);
      const path = state.files.absolute(object.path);
      const { size } = fstatSync(descriptor);
      if (size !== object.size) throw new Error(`${path} has ${size} bytes of ${object.size}: it is damaged.`);
      const length = range.end - range.start + 1;
      const check = length === object.size ? checkOf(object) : undefined;
      streams = length > READ_BYTES;
      const body = streams ? bodyStream(descriptor, range) : await readRange(descriptor, range);
      return { ...output, ...overrides(input), Body: checked(body, check, path, context) };
    } finally {
      if (!streams) closeSync(descriptor);
    }
  },
});

/** Needs no KMS permission, unless the checksum is requested. */
export const headObject = operation('HeadObject', {
  permissions: (input, context) => readPermissions(input, context, wantsChecksum(input)),
  handle: async (input, context) => {
    const { object, bucket } = await find(input, context);
    if (wantsChecksum(input)) await withUsableKey(object.encryption, bucket, context);
    return { ...describe(input, object, bucket, context).output, ...overrides(input) };
  },
});

function readPermissions(input: ReadInput, context: Context, decrypts: boolean) {
  const state = context.cloud.state(S3State);
  const bucket = state.buckets.get(input.Bucket);
  const needed = onObject('GetObject')(input);
  if (bucket === undefined) return needed;
  try {
    const { encryption } = findObject(state, input.Bucket, input.Key, input.VersionId);
    return decrypts ? [...needed, ...keyPermission('Decrypt', encryption, bucket, input.Key, context)] : needed;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // S3 checks ListBucket before it answers NoSuchKey, so that callers who may not list can't find out which keys are
    // missing.
    return [...needed, { action: 's3:ListBucket', resource: bucketArn(input.Bucket) }];
  }
}

async function find(input: ReadInput, { cloud, caller }: Context) {
  const { state, bucket } = stateOf(cloud, input.Bucket, caller);
  await state.whenIdle(input.Bucket, input.Key);
  const current = input.VersionId === undefined ? state.objects.get(objectKey(input.Bucket, input.Key)) : undefined;
  if (current !== undefined) return { state, bucket, object: current };
  const marker = input.VersionId === undefined ? newestMarker(state, input.Bucket, input.Key) : undefined;
  if (marker !== undefined) throw behindMarker(noSuchKey(input.Key), marker);
  const object = findObject(state, input.Bucket, input.Key, input.VersionId);
  if (object.deleteMarker === true) throw behindMarker(methodNotAllowed('GET'), object);
  return { state, bucket, object };
}

/** Errors about a delete marker have headers; the renderer takes them from `headers`. */
function behindMarker(error: AwsError, marker: StoredObject): AwsError {
  const headers = {
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': marker.versionId,
    ...(error.status === 405 ? { 'last-modified': new Date(marker.lastModified).toUTCString(), allow: 'DELETE' } : {}),
  };
  return new AwsError(error.code, error.message, { status: error.status, fields: { ...error.fields, headers } });
}

/**
 * Checks a body that is read whole: damage of one in memory fails before anything is sent; a stream ends with an error,
 * not as if it were complete.
 */
function checked(body: Buffer | Readable, check: BodyCheck | undefined, path: string, { cloud }: Context) {
  if (check === undefined) return body;
  const problem = `${path} is damaged: its checksum is not that of what was put`;
  if (!(body instanceof Readable)) {
    check.update(body);
    if (check.matches()) return body;
    throw new Error(problem);
  }
  // Its end is held back until all of it is verified.
  let held: Buffer | undefined;
  const verify = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      check.update(chunk);
      done(null, held);
      held = chunk;
    },
    flush(done) {
      if (check.matches()) return done(null, held);
      cloud.options.log(`s3: ${problem}`);
      done(new Error('The body is damaged on disk.'));
    },
  });
  body.once('error', (error) => verify.destroy(error));
  verify.once('close', () => body.destroy());
  return body.pipe(verify);
}

interface ByteRange {
  readonly start: number;
  /** Inclusive; below `start` for an empty range. */
  readonly end: number;
}

/** Most bytes that are read at once: creating a stream would take longer than reading them. */
const READ_BYTES = 256 * 1024;

function bodyStream(descriptor: number, { start, end }: ByteRange): Readable {
  return createReadStream('', { fd: descriptor, start, end, highWaterMark: READ_BYTES });
}

const readAt = promisify(read);

async function readRange(descriptor: number, { start, end }: ByteRange): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start + 1);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await readAt(descriptor, bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) throw new Error('A body became shorter while it was read.');
    at += bytesRead;
  }
  return bytes;
}

/** Checks the request's conditions and range, and returns the object's headers. */
function describe(input: ReadInput, object: StoredObject, bucket: Bucket, { cloud }: Context) {
  checkReadConditions(input, object, cloud.clock.now());
  const selected = selectRange(input, object);
  const range = selected ?? { start: 0, end: object.size - 1 };
  const whole = range.start === 0 && range.end === object.size - 1;
  // A part may be empty, but no range header can express that.
  const named = selected !== undefined && range.end >= range.start;
  const output = {
    AcceptRanges: 'bytes',
    ContentLength: range.end - range.start + 1,
    ContentRange: named ? `bytes ${range.start}-${range.end}/${object.size}` : undefined,
    Expiration: expirationOfCurrent(input, object, bucket),
    ETag: object.etag,
    LastModified: new Date(object.lastModified),
    VersionId: versionOf(bucket, object),
    PartsCount: input.PartNumber === undefined ? undefined : object.parts?.length,
    TagCount: object.tags.length === 0 ? undefined : object.tags.length,
    ...object.headers,
    StorageClass: storageClass(object),
    ...encryptionMembers(object.encryption),
    ...(wantsChecksum(input) ? checksumMembers(checksumOfRange(object, input.PartNumber, whole)) : {}),
  } as Omit<GetObjectOutput, 'Body'> & HeadObjectOutput;
  return { range, output };
}

// Only for current versions: a request with a version id has no expiry header.
const expirationOfCurrent = ({ VersionId }: ReadInput, object: StoredObject, bucket: Bucket) =>
  VersionId === undefined ? expirationOf(bucket, object) : undefined;

const wantsChecksum = ({ ChecksumMode }: ReadInput) => ChecksumMode?.toUpperCase() === 'ENABLED';

/** The checksum of a range, if that is the object or a part with a checksum. */
function checksumOfRange(
  { checksum, parts = [], partChecksums }: StoredObject,
  part: number | undefined,
  whole: boolean,
) {
  const own = part === undefined ? undefined : partChecksums?.[part - 1];
  if (checksum !== undefined && own !== undefined) return { ...checksum, value: own };
  return whole || (part !== undefined && parts.length <= 1) ? checksum : undefined;
}

// STANDARD is omitted.
const storageClass = ({ headers }: StoredObject) =>
  headers.StorageClass === 'STANDARD' ? undefined : headers.StorageClass;

// An entity tag's condition overrides a date's (RFC 9110, "Precedence of Preconditions").
function checkReadConditions(input: ReadInput, object: StoredObject, now: number): void {
  const { etag } = object;
  if (input.IfMatch !== undefined) {
    if (!sameEtag(input.IfMatch, etag)) throw preconditionFailed('If-Match');
  } else if (input.IfUnmodifiedSince !== undefined && !unmodifiedSince(object, input.IfUnmodifiedSince)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (input.IfNoneMatch !== undefined) {
    if (sameEtag(input.IfNoneMatch, etag)) throw notModified(etag);
  } else if (input.IfModifiedSince !== undefined && !modifiedSince(object, input.IfModifiedSince, now)) {
    throw notModified(etag);
  }
}

function selectRange({ Range: header, PartNumber }: ReadInput, object: StoredObject): ByteRange | undefined {
  if (PartNumber !== undefined && header !== undefined)
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  if (PartNumber !== undefined) return partRange(PartNumber, object);
  // A range that isn't of bytes, or several ranges, are ignored.
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const { size } = object;
  if (match[1] === '') {
    const last = Number(match[2]);
    if (last === 0 || size === 0) throw invalidRange(header as string, size);
    return { start: Math.max(0, size - last), end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[2] !== '' && Number(match[2]) < start) return undefined;
  if (start >= size) throw invalidRange(header as string, size);
  return { start, end };
}

function partRange(partNumber: number, { parts, size }: StoredObject): ByteRange {
  const sizes = parts ?? [size];
  const own = sizes[partNumber - 1];
  if (own === undefined)
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      status: 416,
      fields: { ActualPartCount: sizes.length, PartNumberRequested: partNumber },
    });
  const start = sizes.slice(0, partNumber - 1).reduce((sum, part) => sum + part, 0);
  return { start, end: start + own - 1 };
}

const OVERRIDES = [
  ['CacheControl', 'ResponseCacheControl'],
  ['ContentDisposition', 'ResponseContentDisposition'],
  ['ContentEncoding', 'ResponseContentEncoding'],
  ['ContentLanguage', 'ResponseContentLanguage'],
  ['ContentType', 'ResponseContentType'],
] as const;

// Response headers that a presigned URL sets.
function overrides(input: GetObjectRequest | HeadObjectRequest): Partial<GetObjectOutput> {
  const found: Partial<GetObjectOutput> = {};
  for (const [member, wanted] of OVERRIDES) {
    const value = input[wanted];
    if (value !== undefined) found[member] = asHeader(value);
  }
  if (input.ResponseExpires !== undefined) found.ExpiresString = asHeader(input.ResponseExpires.toUTCString());
  return found;
}

/** A header's value, one character per UTF-8 byte, from the URL's text. */
const asHeader = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
