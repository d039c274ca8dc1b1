import { rm } from 'node:fs/promises';
import type { PutObjectOutput, PutObjectRequest } from '@aws-sdk/client-s3';
import { checksumMembers, checksumOf, isAlgorithm } from '../body/checksum';
import { type BodyExpectations, isLocalFile, type S3Body, stageBody } from '../body/receive';
import { checkWriteConditions } from '../conditions';
import { operationOf } from '../contract';
import { encryptionMembers } from '../encryption';
import { expirationOf } from '../lifecycle';
import { putVersion } from '../objects';
import { objectKey } from '../table-keys';
import { describeNew, writePermissions } from './common';

/** Members of HTTP requests only: framing and signature of the body. */
export interface Framing {
  readonly ContentSHA256?: string;
  readonly AwsChunked?: boolean;
  readonly Trailer?: string;
  readonly ExpiresString?: string;
}

export type PutObjectInput = Omit<PutObjectRequest, 'Body' | 'Expires'> & Framing & { Body?: S3Body };

export const putObject = operationOf<PutObjectInput, PutObjectOutput>('PutObject', {
  permissions: writePermissions,
  handle: async (input, context) => {
    const { state, bucket, encryption, tags, headers } = await describeNew(input, context);
    // Conditions are checked before the upload to fail early; `putVersion` checks them again under the lock.
    checkWriteConditions(input, state.objects.get(objectKey(input.Bucket, input.Key)), input.Key);
    const body = await stageBody(state.roomyFolder(), (input.Body ?? Buffer.alloc(0)) as S3Body, expectationsOf(input));
    const { md5, checksum } = body;
    const etag = `"${md5.toString('hex')}"`;
    const object = await putVersion(
      state,
      input.Bucket,
      input.Key,
      body,
      { etag, checksum, encryption, tags, lastModified: context.cloud.clock.now(), headers },
      { IfMatch: input.IfMatch, IfNoneMatch: input.IfNoneMatch, event: { name: 'ObjectCreated:Put', by: context } },
    );
    if (input.Body !== undefined && isLocalFile(input.Body)) await rm(input.Body.path, { force: true });
    return {
      ETag: etag,
      ...checksumMembers(checksum),
      ...encryptionMembers(encryption),
      Expiration: expirationOf(bucket, object),
      // Omitted for a null version, unlike in a copy's answer.
      VersionId: object.versionId === 'null' ? undefined : object.versionId,
    };
  },
});

type BodyMembers = Framing & {
  ContentLength?: number;
  ContentMD5?: string;
  ChecksumAlgorithm?: string;
} & Parameters<typeof checksumOf>[0];

/** The request's statements about its body. */
export function expectationsOf(input: BodyMembers): BodyExpectations {
  const algorithm = input.ChecksumAlgorithm;
  return {
    length: input.ContentLength,
    contentMd5: input.ContentMD5,
    sha256: input.ContentSHA256,
    awsChunked: input.AwsChunked,
    trailer: input.Trailer,
    checksum: checksumOf(input) ?? (algorithm !== undefined && isAlgorithm(algorithm) ? { algorithm } : undefined),
  };
}
