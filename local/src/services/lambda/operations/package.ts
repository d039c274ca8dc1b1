import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { bytesOf, getObject } from '../../s3/operations/get-object';
import { invalidParameter } from '../errors';
import { LambdaState, sha256 } from '../state';

/** Most bytes of a zipped package in a request (Lambda's page "Lambda quotas"). */
const MAX_ZIP_BYTES = 52_428_800;

/** Adds a package from the request, or from S3 with the caller's permissions. */
export async function takePackage(
  cloud: Cloud,
  caller: Caller,
  { ZipFile, S3Bucket, S3Key, S3ObjectVersion }: FunctionCode,
): Promise<{ codeSha256: string; codeSize: number }> {
  const zip = ZipFile ?? (await fromS3(cloud, caller, S3Bucket, S3Key, S3ObjectVersion));
  if (zip.length > MAX_ZIP_BYTES && ZipFile !== undefined)
    throw invalidParameter(`Request must be smaller than ${MAX_ZIP_BYTES} bytes for the CreateFunction operation`);
  const codeSha256 = sha256(zip);
  await cloud.state(LambdaState).code.add(codeSha256, zip);
  return { codeSha256, codeSize: zip.length };
}

async function fromS3(
  cloud: Cloud,
  caller: Caller,
  Bucket: string | undefined,
  Key: string | undefined,
  VersionId: string | undefined,
): Promise<Uint8Array> {
  if (Bucket === undefined || Key === undefined) throw invalidParameter('Please provide a source for function code.');
  try {
    const { Body } = await cloud.call(
      getObject,
      { Bucket, Key, ...(VersionId !== undefined && { VersionId }) },
      caller,
    );
    return await bytesOf(Body);
  } catch (error) {
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${(error as { code?: string }).code}. S3 Error Message: ${(error as Error).message}`,
    );
  }
}
