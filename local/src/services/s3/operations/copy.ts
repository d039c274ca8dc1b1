import { closeSync, createReadStream, openSync } from 'node:fs';
import type { CopyObjectOutput, CopyObjectRequest } from '@aws-sdk/client-s3';
import { AwsError } from '../../../core/errors';
import type { Context, Permission } from '../../../core/operation';
import { objectArn } from '../arn';
import { checksumMembers, isAlgorithm } from '../body/checksum';
import { stageBody } from '../body/receive';
import { modifiedSince, sameEtag, unmodifiedSince } from '../conditions';
import { operation, operationOf } from '../contract';
import { encryptionMembers, encryptionOf, keyPermission, withUsableKey } from '../encryption';
import {
  accessDenied,
  invalidArgument,
  invalidOwnerId,
  invalidRequest,
  preconditionFailed,
  unsupportedChecksum,
} from '../errors';
import { expirationOf } from '../lifecycle';
import { findObject, putVersion } from '../objects';
import { type Bucket, type Encryption, S3State, type StoredObject } from '../state';
import { findUpload } from '../uploads';
import { checkKey, checkObjectAcl, headersOf, stateOf, tagsOf, versionOf, writePermissions } from './common';
import { checkPartNumber, storePart } from './multipart';
import type { Framing } from './put-object';

export type CopyObjectInput = Omit<CopyObjectRequest, 'Expires'> & Framing;

export const copyObject = operationOf<CopyObjectInput, CopyObjectOutput>('CopyObject', {
  permissions: (input, context) => [
    ...writePermissions(input, context),
    ...sourcePermissions(input.CopySource, context),
  ],
  handle: async (input, context) => {
    const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
    checkKey(input.Bucket, input.Key);
    checkObjectAcl(input.ACL, bucket);
    const encryption = await withUsableKey(encryptionOf(input, bucket), bucket, context);
    const replaces = isReplace(input.MetadataDirective, 'metadata');
    const source = parseSource(input.CopySource);
    if (
      isOntoItself(input, source) &&
      !replaces &&
      !changesSomething(input) &&
      !changesEncryption(encryption, findObject(state, source.bucket, source.key), bucket)
    )
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    const given = headersOf(input);
    const headers = replaces ? given : undefined;
    const replacedTags = isReplace(input.TaggingDirective, 'tagging') ? tagsOf(input.Tagging) : undefined;
    const { ChecksumAlgorithm: wanted } = input;
    if (wanted !== undefined && !isAlgorithm(wanted)) throw unsupportedChecksum();
    const { object, versionId, read } = await openSource(source, input, context);
    const algorithm = wanted ?? object.checksum?.algorithm ?? 'CRC64NVME';
    const body = await stageBody(state.roomyFolder(), read(), {
      checksum: { algorithm },
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
        tags: replacedTags ?? object.tags,
        headers: {
          ...(headers ?? object.headers),
          // Members of the copy itself, whatever else it takes from the source.
          StorageClass: input.StorageClass,
          WebsiteRedirectLocation: input.WebsiteRedirectLocation,
        },
      },
      {
        IfMatch: input.IfMatch,
        IfNoneMatch: input.IfNoneMatch,
        event: { name: 'ObjectCreated:Copy', by: context },
      },
    );
    return {
      CopyObjectResult: { ETag: etag, LastModified: new Date(lastModified), ...checksumMembers(body.checksum) },
      CopySourceVersionId: versionId,
      VersionId: versionOf(bucket, copied),
      ...encryptionMembers(encryption),
      Expiration: expirationOf(bucket, copied),
    };
  },
});

export const uploadPartCopy = operation('UploadPartCopy', {
  permissions: (input, context) => [
    { action: 's3:PutObject', resource: objectArn(input.Bucket, input.Key) },
    ...sourcePermissions(input.CopySource, context),
  ],
  handle: async (input, context) => {
    const { state, bucket } = stateOf(context.cloud, input.Bucket, context.caller);
    const upload = findUpload(state, input.Bucket, input.Key, input.UploadId);
    checkPartNumber(input.PartNumber);
    await withUsableKey(upload.encryption, bucket, context);
    const { versionId, read } = await openSource(parseSource(input.CopySource), input, context);
    const algorithm = upload.checksumAlgorithm;
    const part = await storePart(state, upload, input.PartNumber, read(input.CopySourceRange), {
      checksum: algorithm === undefined ? undefined : { algorithm },
    });
    const { ChecksumType: _type, ...checksum } = checksumMembers(algorithm === undefined ? undefined : part.checksum);
    return {
      CopyPartResult: { ETag: part.etag, LastModified: new Date(part.lastModified), ...checksum },
      CopySourceVersionId: versionId,
      ...encryptionMembers(upload.encryption),
    };
  },
});

interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Parses `x-amz-copy-source`: `[/]bucket/key[?versionId=…]`, form-encoded, with a plus sign for a blank.
 * @throws AwsError `InvalidArgument`
 */
function parseSource(header: string): CopySource {
  const [path = '', versionId] = header.split('?versionId=');
  try {
    const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path.replaceAll('+', ' '))) ?? [];
    if (bucket === undefined || key === undefined) throw new URIError();
    return { bucket, key, versionId };
  } catch {
    throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source');
  }
}

function sourcePermissions(header: string, context: Context): Permission[] {
  const { bucket: name, key, versionId } = parseSource(header);
  const get = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  const needed: Permission[] = [{ action: get, resource: objectArn(name, key) }];
  const state = context.cloud.state(S3State);
  const bucket = state.buckets.get(name);
  if (bucket === undefined) return needed;
  try {
    const { encryption } = findObject(state, name, key, versionId);
    return [...needed, ...keyPermission('Decrypt', encryption, bucket, key, context)];
  } catch (error) {
    if (error instanceof AwsError) return needed;
    throw error;
  }
}

type Conditions = Pick<
  CopyObjectRequest,
  | 'ExpectedSourceBucketOwner'
  | 'CopySourceIfMatch'
  | 'CopySourceIfNoneMatch'
  | 'CopySourceIfModifiedSince'
  | 'CopySourceIfUnmodifiedSince'
>;

/**
 * Finds and opens the source of a copy.
 * @returns `read` returns the body, or a range of it, once; it closes the file, read or refused
 */
async function openSource(source: CopySource, conditions: Conditions, context: Context) {
  const expected = conditions.ExpectedSourceBucketOwner;
  if (expected !== undefined && !/^\d{12}$/.test(expected)) throw invalidOwnerId(expected);
  const { state, bucket } = stateOf(context.cloud, source.bucket, context.caller);
  if (expected !== undefined && bucket.accountId !== expected) throw accessDenied();
  await state.whenIdle(source.bucket, source.key);
  const object = findObject(state, source.bucket, source.key, source.versionId);
  if (object.deleteMarker === true)
    throw invalidRequest('The source of a copy request may not specifically refer to a delete marker by version id.');
  checkSourceConditions(conditions, object, context.cloud.clock.now());
  // In the same turn as the metadata's read: no other version can have replaced the file.
  const descriptor = openSync(state.files.absolute(object.path), 'r');
  const orClose = (error: unknown): never => {
    closeSync(descriptor);
    throw error;
  };
  await withUsableKey(object.encryption, bucket, context).catch(orClose);
  const read = (range?: string) => {
    try {
      return createReadStream('', { fd: descriptor, highWaterMark: 1 << 20, ...copyRange(range, object.size) });
    } catch (error) {
      return orClose(error);
    }
  };
  return { object, versionId: object.versionId === 'null' ? undefined : object.versionId, read };
}

function checkSourceConditions(input: Conditions, object: StoredObject, now: number): void {
  const failed = (condition: string) => preconditionFailed(`x-amz-copy-source-${condition}`);
  if (input.CopySourceIfMatch !== undefined) {
    if (!sameEtag(input.CopySourceIfMatch, object.etag)) throw failed('If-Match');
  } else if (
    input.CopySourceIfUnmodifiedSince !== undefined &&
    !unmodifiedSince(object, input.CopySourceIfUnmodifiedSince)
  ) {
    throw failed('If-Unmodified-Since');
  }
  if (input.CopySourceIfNoneMatch !== undefined && sameEtag(input.CopySourceIfNoneMatch, object.etag))
    throw failed('If-None-Match');
  if (input.CopySourceIfModifiedSince !== undefined && !modifiedSince(object, input.CopySourceIfModifiedSince, now))
    throw failed('If-Modified-Since');
}

/** Whether a directive takes the request's values in place of the source's. @throws AwsError `InvalidArgument` */
function isReplace(directive: string | undefined, kind: 'metadata' | 'tagging'): boolean {
  if (directive !== undefined && directive !== 'COPY' && directive !== 'REPLACE')
    throw invalidArgument(`Unknown ${kind} directive.`, `x-amz-${kind}-directive`, directive);
  return directive === 'REPLACE';
}

function isOntoItself(target: { Bucket: string; Key: string }, source: CopySource): boolean {
  return target.Bucket === source.bucket && target.Key === source.key && source.versionId === undefined;
}

/**
 * Whether a copy changes the encryption: a return to the bucket's default counts, and so does each copy with an
 * explicit default.
 */
function changesEncryption(wanted: Encryption, { encryption }: StoredObject, bucket: Bucket): boolean {
  return wanted.algorithm !== encryption.algorithm || bucket.documents.encryption !== undefined;
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
  if (start >= size) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (end >= size)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  return { start, end };
}
