import * as kms from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const clock = new TestClock(Date.now());
const local = localFixture({ clock });
const { newBucket, put, get, read, send } = objectsOf(local);
const { kms: keys } = local;

async function makeKey(): Promise<string> {
  const { KeyMetadata } = await keys.send(new kms.CreateKeyCommand({}));
  return KeyMetadata?.Arn as string;
}

const KMS = { ServerSideEncryption: 'aws:kms' } as const;

test('an object is told to be encrypted with the key that was meant, by its ARN', async () => {
  const bucket = await newBucket();
  const arn = await makeKey();
  await keys.send(new kms.CreateAliasCommand({ AliasName: 'alias/lake', TargetKeyId: arn }));
  for (const SSEKMSKeyId of [arn, arn.split('/')[1], 'alias/lake']) {
    expect(await put(bucket, 'k', 'body', { ...KMS, SSEKMSKeyId })).toMatchObject({ ...KMS, SSEKMSKeyId: arn });
  }
  expect(await get(bucket, 'k')).toMatchObject({ ...KMS, SSEKMSKeyId: arn });
  // Without a key id, the AWS managed key for S3 is used, the same each time.
  const [one, other] = [await put(bucket, 'a', '', KMS), await put(bucket, 'b', '', KMS)];
  const { KeyMetadata } = await keys.send(new kms.DescribeKeyCommand({ KeyId: one.SSEKMSKeyId }));
  expect(KeyMetadata?.KeyManager).toBe('AWS');
  expect(other.SSEKMSKeyId).toBe(one.SSEKMSKeyId);
  const wrong = put(bucket, 'k', '', { ServerSideEncryption: 'AES256', SSEKMSKeyId: arn });
  await expect(wrong).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test("the bucket's default is looked at when an object is put", async () => {
  const Bucket = await newBucket();
  const byDefault = (KMSMasterKeyID: string) =>
    send(
      new s3.PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID }, BucketKeyEnabled: true },
          ],
        },
      }),
    );
  await byDefault('no-key');
  await expect(put(Bucket, 'k', '')).rejects.toMatchObject({ name: 'KMS.NotFoundException' });
  await expect(get(Bucket, 'k')).rejects.toThrow(s3.NoSuchKey);
  const arn = await makeKey();
  await byDefault(arn);
  expect(await put(Bucket, 'k', '')).toMatchObject({ ...KMS, SSEKMSKeyId: arn, BucketKeyEnabled: true });
  expect(await put(Bucket, 'k', '', { ServerSideEncryption: 'AES256' })).not.toHaveProperty('SSEKMSKeyId');
});

test.each([
  ['that nobody made', 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000'],
  ['of another region', 'arn:aws:kms:eu-west-1:000000000000:key/00000000-0000-4000-8000-000000000000'],
  ['whose id can be none', 'no-key'],
])('a key %s is not found', async (_which, SSEKMSKeyId) => {
  const bucket = await newBucket();
  await expect(put(bucket, 'k', '', { ...KMS, SSEKMSKeyId })).rejects.toMatchObject({
    name: 'KMS.NotFoundException',
    $metadata: { httpStatusCode: 400 },
  });
});

test("another partition's key is none", async () => {
  const SSEKMSKeyId = (await makeKey()).replace('arn:aws:', 'arn:aws-cn:');
  await expect(put(await newBucket(), 'k', '', { ...KMS, SSEKMSKeyId })).rejects.toMatchObject({
    name: 'KMS.InvalidArnException',
  });
});

test('without its key an object is there, but its body is neither read, copied nor replaced', async () => {
  const bucket = await newBucket();
  const SSEKMSKeyId = await makeKey();
  await put(bucket, 'k', 'body', { ...KMS, SSEKMSKeyId });
  const { UploadId } = await send(
    new s3.CreateMultipartUploadCommand({ Bucket: bucket, Key: 'parts', ...KMS, SSEKMSKeyId }),
  );
  await keys.send(new kms.DisableKeyCommand({ KeyId: SSEKMSKeyId }));
  const disabled = { name: 'KMS.DisabledException', message: `${SSEKMSKeyId} is disabled.` };
  await expect(get(bucket, 'k')).rejects.toMatchObject(disabled);
  await expect(put(bucket, 'k', 'other', { ...KMS, SSEKMSKeyId })).rejects.toMatchObject(disabled);
  const copy = new s3.CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: `${bucket}/k` });
  await expect(send(copy)).rejects.toMatchObject(disabled);
  const part = new s3.UploadPartCommand({ Bucket: bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'x' });
  await expect(send(part)).rejects.toMatchObject(disabled);
  const head = await send(new s3.HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
  expect(head).toMatchObject({ ContentLength: 4, SSEKMSKeyId });
  await keys.send(new kms.EnableKeyCommand({ KeyId: SSEKMSKeyId }));
  expect(await read(bucket, 'k')).toBe('body');
  await keys.send(new kms.ScheduleKeyDeletionCommand({ KeyId: SSEKMSKeyId, PendingWindowInDays: 7 }));
  await expect(get(bucket, 'k')).rejects.toMatchObject({ name: 'KMS.KMSInvalidStateException' });
});
