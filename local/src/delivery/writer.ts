import type { Cloud } from '../core/cloud';
import type { Caller } from '../core/operation';
import type { DeliveryStream, S3Settings } from '../services/firehose/state';
import { headObject } from '../services/s3/operations/get-object';
import { putObject } from '../services/s3/operations/put-object';
import { asDeliveryFailure, DeliveryFailure } from './failure';
import type { ReadyObject } from './objects';
import { callerOf } from './role';

/**
 * The bucket permissions of Firehose's documentation ("Grant Firehose access to an Amazon S3 destination"). AWS needs
 * some of them for large or failed uploads only; here each delivery needs all, so that a policy that works here is the
 * documented one.
 */
const ON_BUCKET = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const ON_OBJECTS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];

export const bucketOf = (settings: S3Settings): string => settings.BucketARN.slice('arn:aws:s3:::'.length);

/** Checks the role's permissions for an object. @throws DeliveryFailure */
export async function writerFor(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: S3Settings,
  key: string,
): Promise<Caller> {
  const caller = await callerOf(cloud, stream, settings.RoleARN);
  await asDeliveryFailure('S3', () => {
    for (const action of ON_BUCKET) cloud.authorize(caller, { action, resource: settings.BucketARN });
    for (const action of ON_OBJECTS) cloud.authorize(caller, { action, resource: `${settings.BucketARN}/${key}` });
  });
  return caller;
}

/** Writes an object atomically. @throws DeliveryFailure */
export async function writeObject(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: S3Settings,
  object: ReadyObject,
): Promise<void> {
  const caller = await writerFor(cloud, stream, settings, object.key);
  const keyArn = settings.EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN;
  await asDeliveryFailure('S3', () =>
    cloud.call(
      putObject,
      {
        Bucket: bucketOf(settings),
        Key: object.key,
        Body: { path: object.path, size: object.size },
        ContentType: 'application/octet-stream',
        ...(keyArn === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: keyArn }),
      },
      caller,
    ),
  );
  object.written = true;
}

/** Whether an object exists; undefined if the role lacks the permission to know. */
export async function exists(
  cloud: Cloud,
  stream: DeliveryStream,
  settings: S3Settings,
  bucket: string,
  key: string,
): Promise<boolean | undefined> {
  try {
    const caller = await callerOf(cloud, stream, settings.RoleARN);
    await asDeliveryFailure('S3', () => cloud.call(headObject, { Bucket: bucket, Key: key }, caller));
    return true;
  } catch (error) {
    if (!(error instanceof DeliveryFailure)) throw error;
    return /NoSuchKey|NotFound|NoSuchBucket/.test(error.code) ? false : undefined;
  }
}
