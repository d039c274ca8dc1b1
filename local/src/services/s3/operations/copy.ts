import { createReadStream, openSync } from 'node:fs';
import type {
  CopyObjectOutput,
  CopyObjectRequest,
  UploadPartCopyOutput,
  UploadPartCopyRequest,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../../core/errors';
import { type Context, operation, type Permission } from '../../../core/operation';
import { checksumMembers, isAlgorithm } from '../body/checksum';
import { stageBody } from '../body/receive';
import { invalidArgument, invalidRequest, noSuchKey, preconditionFailed } from '../errors';
import { findObject, putVersion, sameEtag } from '../objects';
import { type ObjectRecord, S3State } from '../state';
import { findUpload } from '../uploads';
import {
  CHECKSUMS,
  checkKey,
  DESCRIPTION,
  encryptionMembers,
  encryptionOf,
  headersOf,
  keyPermission,
  members,
  objectArn,
  stateOf,
  tagsOf,
  writePermissions,
} from './common';
import { storePart } from './multipart';
import type { Framing } from './put-object';

const CONDITIONS = 'CopySourceIfMatch CopySourceIfNoneMatch CopySourceIfModifiedSince CopySourceIfUnmodifiedSince';

export type CopyObjectInput = Omit<CopyObjectRequest, 'Expires'> & Framing;

export const copyObject = operation<CopyObjectInput, CopyObjectOutput>({
  name: 'CopyObject',
  input: members(
    `IfMatch IfNoneMatch MetadataDirective TaggingDirective ${CONDITIONS} ${CHECKSUMS} ${DESCRIPTION}`,
    'Bucket Key CopySource',
  ),
  permissions: (input, context) => [
    ...writePermissions(input, context),
    ...sourcePermissions(input.CopySource, context),
  ],
  handle: async (input, context) => {
    const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
    checkKey(input.Bucket, input.Key);
    const { record, source } = await openSource(input, context);
    const replaces = input.MetadataDirective === 'REPLACE';
    const encryption = encryptionOf(input, bucket);
    if (isOntoItself(input, source) && !replaces && !changesSomething(input)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const algorithm = input.ChecksumAlgorithm ?? record.checksum?.algorithm ?? 'CRC64NVME';
    const body = await stageBody(state.temporaryFolder(), readRecord(state, record), {
      checksum: isAlgorithm(algorithm) ? { algorithm } : undefined,
    });
    const etag = `"${body.md5.toString('hex')}"`;
    const lastModified = context.cloud.clock.now();
    const copied = await putVersion(
      state,
      input.Bucket,
      input.Key,
      body,
      {
        etag,
        lastModified,
        encryption,
        checksum: body.checksum,
        tags: input.TaggingDirective === 'REPLACE' ? tagsOf(input.Tagging) : record.tags,
        headers: { ...(replaces ? headersOf(input) : record.headers), StorageClass: input.StorageClass },
      },
      { IfMatch: input.IfMatch, IfNoneMatch: input.IfNoneMatch },
    );
    return {
      CopyObjectResult: { ETag: etag, LastModified: new Date(lastModified), ...checksumMembers(body.checksum) },
      CopySourceVersionId: source.versionIdOf(record),
      VersionId: bucket.versioning === undefined ? undefined : copied.versionId,
      ...encryptionMembers(encryption),
    };
  },
});

export const uploadPartCopy = operation<UploadPartCopyRequest, UploadPartCopyOutput>({
  name: 'UploadPartCopy',
  input: members(`CopySourceRange ${CONDITIONS}`, 'Bucket Key UploadId PartNumber CopySource'),
  permissions: (input, context) => [
    { action: 's3:PutObject', resource: objectArn(input.Bucket, input.Key) },
    ...sourcePermissions(input.CopySource, context),
  ],
  handle: async (input, context) => {
    const { state } = stateOf(context.cloud, input.Bucket, context.caller);
    const upload = findUpload(state, input.Bucket, input.Key, input.UploadId);
    const { record, source } = await openSource(input, context);
    const range = copyRange(input.CopySourceRange, record.size);
    const algorithm = upload.checksumAlgorithm;
    const part = await storePart(state, upload, input.PartNumber, readRecord(state, record, range), {
      checksum: algorithm === undefined ? undefined : { algorithm },
    });
    const { ChecksumType: _type, ...checksum } = checksumMembers(part.checksum);
    return {
      CopyPartResult: { ETag: part.etag, LastModified: new Date(part.lastModified), ...checksum },
      CopySourceVersionId: source.versionIdOf(record),
      ...encryptionMembers(upload.encryption),
    };
  },
});

interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** Reads `x-amz-copy-source`: `[/]bucket/key[?versionId=…]`, percent-encoded. @throws AwsError `InvalidArgument`. */
function parseSource(header: string): CopySource {
  const match = /^\/?([^/?]+)\/(.+?)(?:\?versionId=([^&]+))?$/s.exec(header);
  try {
    if (match === null) throw new URIError();
    const [, bucket = '', key = '', versionId] = match;
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key), versionId };
  } catch {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
}

function sourcePermissions(header: string, { cloud }: Context): Permission[] {
  const { bucket: name, key, versionId } = parseSource(header);
  const get = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  const needed: Permission[] = [{ action: get, resource: objectArn(name, key) }];
  const state = cloud.state(S3State);
  const bucket = state.buckets.get(name);
  if (bucket === undefined) return needed;
  try {
    return [...needed, ...keyPermission('Decrypt', findObject(state, name, key, versionId).encryption, bucket, key)];
  } catch (error) {
    if (error instanceof AwsError) return needed;
    throw error;
  }
}

type Conditions = Pick<
  CopyObjectRequest,
  'CopySourceIfMatch' | 'CopySourceIfNoneMatch' | 'CopySourceIfModifiedSince' | 'CopySourceIfUnmodifiedSince'
> & { CopySource: string };

async function openSource(input: Conditions, { cloud, caller }: Context) {
  const source = parseSource(input.CopySource);
  const { state, bucket } = stateOf(cloud, source.bucket, caller);
  await state.locks.idle(source.bucket, source.key);
  const record = findObject(state, source.bucket, source.key, source.versionId);
  if (record.deleteMarker === true) throw noSuchKey(source.key);
  checkSourceConditions(input, record);
  const versionIdOf = ({ versionId }: ObjectRecord) => (bucket.versioning === undefined ? undefined : versionId);
  return { record, source: { ...source, versionIdOf } };
}

function checkSourceConditions(input: Conditions, { etag, lastModified }: ObjectRecord): void {
  const modified = Math.floor(lastModified / 1000) * 1000;
  const fails =
    (input.CopySourceIfMatch !== undefined && !sameEtag(input.CopySourceIfMatch, etag)) ||
    (input.CopySourceIfNoneMatch !== undefined && sameEtag(input.CopySourceIfNoneMatch, etag)) ||
    (input.CopySourceIfModifiedSince !== undefined && modified <= input.CopySourceIfModifiedSince.getTime()) ||
    (input.CopySourceIfMatch === undefined &&
      input.CopySourceIfUnmodifiedSince !== undefined &&
      modified > input.CopySourceIfUnmodifiedSince.getTime());
  if (fails) throw preconditionFailed('x-amz-copy-source');
}

function isOntoItself(target: { Bucket: string; Key: string }, source: CopySource): boolean {
  return target.Bucket === source.bucket && target.Key === source.key && source.versionId === undefined;
}

function changesSomething(
  input: Pick<CopyObjectRequest, 'StorageClass' | 'ServerSideEncryption' | 'WebsiteRedirectLocation'>,
) {
  return (
    input.StorageClass !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.WebsiteRedirectLocation !== undefined
  );
}

// The file is opened in the turn in which its metadata was read, so that the two belong together.
function readRecord(state: S3State, record: ObjectRecord, range?: { start: number; end: number }) {
  return createReadStream('', {
    fd: openSync(state.files.absolute(record.path), 'r'),
    highWaterMark: 1 << 20,
    ...range,
  });
}

function copyRange(header: string | undefined, size: number) {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  if (match === null || start > end)
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  if (end >= size)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  return { start, end };
}
