import { AwsError } from '../../core/errors';
import type { Context, Permission } from '../../core/operation';
import { asCaller } from '../../core/owner';
import { keyPermission as kmsPermission } from '../kms/arn';
import { findUsableKey } from '../kms/operations/usable-key';
import { bucketArn, objectArn } from './arn';
import { invalidArgument } from './errors';
import type { Bucket, Encryption } from './state';

/** Alias of S3's default key, if neither request nor bucket names one. */
const AWS_MANAGED_KEY = 'alias/aws/s3';

/** Members of a request for an object's encryption. */
export interface EncryptionInput {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** The encryption of a request, or the bucket's default. @throws AwsError `InvalidArgument` */
export function encryptionOf(input: EncryptionInput, bucket: Bucket): Encryption {
  const algorithm = input.ServerSideEncryption ?? bucket.encryption.algorithm;
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse')
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      algorithm,
    );
  if (input.SSEKMSKeyId !== undefined && (input.ServerSideEncryption ?? 'AES256') === 'AES256')
    throw invalidArgument(
      'Server Side Encryption with KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      'x-amz-server-side-encryption',
    );
  if (algorithm === 'AES256') return { algorithm };
  return {
    algorithm,
    kmsKeyId: input.SSEKMSKeyId ?? bucket.encryption.kmsKeyId,
    bucketKey: input.BucketKeyEnabled ?? bucket.encryption.bucketKey,
  };
}

/**
 * An encryption with its key's ARN; the key must exist in the bucket's region and be enabled. A role's permission on it
 * is checked by {@link keyPermission}.
 * @throws AwsError `KMS.NotFoundException`, `KMS.DisabledException`, `KMS.KMSInvalidStateException`
 */
export async function withUsableKey(encryption: Encryption, bucket: Bucket, context: Context): Promise<Encryption> {
  if (encryption.algorithm === 'AES256') return encryption;
  try {
    const { arn } = await findUsableKey(encryption.kmsKeyId ?? AWS_MANAGED_KEY, ownContext(bucket, context));
    return { ...encryption, kmsKeyId: arn };
  } catch (error) {
    throw asS3Error(error);
  }
}

/** Encryption as a response's members. */
export function encryptionMembers({ algorithm, kmsKeyId, bucketKey }: Encryption) {
  return {
    ServerSideEncryption: algorithm,
    SSEKMSKeyId: kmsKeyId,
    BucketKeyEnabled: bucketKey === true ? true : undefined,
  } as const;
}

/**
 * KMS permissions of a role, besides its S3 permission, for an object encrypted with a customer's key ("Protecting data
 * with SSE-KMS": GenerateDataKey to write, Decrypt to read, with the bucket or the object as encryption context).
 * @throws AwsError `KMS.NotFoundException` for a malformed reference
 */
export function keyPermission(
  action: 'GenerateDataKey' | 'Decrypt',
  encryption: Encryption,
  bucket: Bucket,
  key: string,
  context: Context,
): Permission[] {
  const { kmsKeyId } = encryption;
  // The AWS managed key is available to everybody with permissions on the object.
  if (kmsKeyId === undefined || kmsKeyId.endsWith(AWS_MANAGED_KEY)) return [];
  const sealedFor = {
    'aws:s3:arn': encryption.bucketKey === true ? bucketArn(bucket.name) : objectArn(bucket.name, key),
  };
  const via = { 'kms:ViaService': `s3.${bucket.region}.amazonaws.com`, 'kms:CallerAccount': bucket.accountId };
  try {
    const needed = kmsPermission(action, kmsKeyId, ownContext(bucket, context), sealedFor);
    return [{ ...needed, conditions: { ...needed.conditions, ...via } }];
  } catch (error) {
    throw asS3Error(error);
  }
}

// S3 looks a key up in the bucket's region, with its own permission.
function ownContext(bucket: Bucket, context: Context): Context {
  return { ...context, caller: asCaller(bucket) };
}

// S3 passes KMS' errors on, with the service before the code.
function asS3Error(error: unknown): unknown {
  return error instanceof AwsError ? new AwsError(`KMS.${error.code}`, error.message) : error;
}
