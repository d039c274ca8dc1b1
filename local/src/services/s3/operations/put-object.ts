import { rm } from 'node:fs/promises';
import type { PutObjectOutput, PutObjectRequest } from '@aws-sdk/client-s3';
import { checksumMembers, checksumOf, isAlgorithm } from '../body/checksum';
import { type BodyExpectations, isLocalFile, type S3Body, stageBody } from '../body/receive';
import { checkWriteConditions } from '../conditions';
import { operationOf } from '../contract';
import { encryptionMembers, encryptionOf, withUsableKey } from '../encryption';
import { putVersion } from '../objects';
import { objectKey } from '../state';
import { checkKey, checkObjectAcl, headersOf, stateOf, tagsOf, writePermissions } from './common';

/** Members that only a request over HTTP has: how its body is framed and signed. */
export interface Framing {
  readonly ContentSHA256?: string;
  readonly AwsChunked?: boolean;
  readonly ExpiresString?: string;
}

export type PutObjectInput = Omit<PutObjectRequest, 'Body' | 'Expires'> & Framing & { Body?: S3Body };

export const putObject = operationOf<PutObjectInput, PutObjectOutput>('PutObject', {
  permissions: writePermissions,
  handle: async (input, context) => {
    const { cloud, caller } = context;
    const { state, bucket } = stateOf(cloud, input.Bucket, caller);
    checkKey(input.Bucket, input.Key);
    checkObjectAcl(input.ACL, bucket);
    const encryption = await withUsableKey(encryptionOf(input, bucket), bucket, context);
    const tags = tagsOf(input.Tagging);
    const headers = headersOf(input);
    // Asked again when the body is there; now it saves a refused body the way.
    checkWriteConditions(input, state.objects.get(objectKey(input.Bucket, input.Key)), input.Key);
    const body = await stageBody(state.roomyFolder(), (input.Body ?? Buffer.alloc(0)) as S3Body, expectationsOf(input));
    const { md5, checksum } = body;
    const etag = `"${md5.toString('hex')}"`;
    const record = await putVersion(
      state,
      input.Bucket,
      input.Key,
      body,
      { etag, checksum, encryption, tags, lastModified: cloud.clock.now(), headers },
      { IfMatch: input.IfMatch, IfNoneMatch: input.IfNoneMatch, event: { name: 'ObjectCreated:Put', by: context } },
    );
    if (input.Body !== undefined && isLocalFile(input.Body)) await rm(input.Body.path, { force: true });
    return {
      ETag: etag,
      ...checksumMembers(checksum),
      ...encryptionMembers(encryption),
      VersionId: bucket.versioning === undefined ? undefined : record.versionId,
    };
  },
});

type BodyMembers = Framing & {
  ContentLength?: number;
  ContentMD5?: string;
  ChecksumAlgorithm?: string;
} & Parameters<typeof checksumOf>[0];

/** What a request promises of its body. */
export function expectationsOf(input: BodyMembers): BodyExpectations {
  const algorithm = input.ChecksumAlgorithm;
  return {
    length: input.ContentLength,
    contentMd5: input.ContentMD5,
    sha256: input.ContentSHA256,
    awsChunked: input.AwsChunked,
    checksum: checksumOf(input) ?? (algorithm !== undefined && isAlgorithm(algorithm) ? { algorithm } : undefined),
  };
}
