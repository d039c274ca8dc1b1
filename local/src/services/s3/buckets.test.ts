import * as s3 from '@aws-sdk/client-s3';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const clock = new TestClock(Date.now());
const local = localFixture({ clock });
const { newBucket, put, get, read, send } = objectsOf(local);

describe('buckets', () => {
  test('have names that S3 allows, once', async () => {
    const bucket = await newBucket();
    // In us-east-1 a second creation by the same owner succeeds; elsewhere it doesn't.
    await send(new s3.CreateBucketCommand({ Bucket: bucket }));
    const west = new s3.S3Client({ ...local.config, region: 'us-west-2', forcePathStyle: true });
    const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' } as const;
    const inWest = () => west.send(new s3.CreateBucketCommand({ Bucket: 'in-the-west', CreateBucketConfiguration }));
    await inWest();
    await expect(inWest()).rejects.toThrow(s3.BucketAlreadyOwnedByYou);
    const other = new s3.S3Client({
      ...local.config,
      forcePathStyle: true,
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    });
    await expect(other.send(new s3.CreateBucketCommand({ Bucket: bucket }))).rejects.toThrow(s3.BucketAlreadyExists);
    await expect(other.send(new s3.ListObjectsV2Command({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    for (const Bucket of ['Ab', 'UPPER', 'a..b', '127.0.0.1', 'a_b', '-ab']) {
      await expect(send(new s3.CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
        name: 'InvalidBucketName',
      });
    }
    expect((await send(new s3.GetBucketLocationCommand({ Bucket: 'in-the-west' }))).LocationConstraint).toBe(
      'us-west-2',
    );
    expect((await send(new s3.HeadBucketCommand({ Bucket: 'in-the-west' }))).BucketRegion).toBe('us-west-2');
    await expect(send(new s3.HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toThrow(s3.NotFound);
    await expect(put('nowhere', 'k', '')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const guarded = new s3.ListObjectsV2Command({ Bucket: bucket, ExpectedBucketOwner: '999999999999' });
    await expect(send(guarded)).rejects.toMatchObject({ name: 'AccessDenied' });
    const names = (await send(new s3.ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);
    expect(names).toEqual(expect.arrayContaining([bucket, 'in-the-west']));
  });

  test('are made in regions that there are, with their tags', async () => {
    for (const LocationConstraint of ['us-east-1', 'moon-1'] as const) {
      const CreateBucketConfiguration = { LocationConstraint: LocationConstraint as 'eu-west-1' };
      await expect(
        send(new s3.CreateBucketCommand({ Bucket: 'in-no-region', CreateBucketConfiguration })),
      ).rejects.toMatchObject({ name: 'InvalidLocationConstraint' });
    }
    const Tags = [{ Key: 'team', Value: 'a + b' }];
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1', Tags } as const;
    await send(new s3.CreateBucketCommand({ Bucket: 'made-with-tags', CreateBucketConfiguration }));
    expect((await send(new s3.GetBucketTaggingCommand({ Bucket: 'made-with-tags' }))).TagSet).toEqual(Tags);
    const Bucket = await newBucket();
    for (const [input, name] of [
      [{ Tagging: 'aws:mine=1' }, 'InvalidTag'],
      [{ StorageClass: 'COLD' as 'GLACIER' }, 'InvalidStorageClass'],
      [{ ExpectedBucketOwner: 'me' }, 'InvalidBucketOwnerAWSAccountID'],
    ] as const)
      await expect(send(new s3.PutObjectCommand({ Bucket, Key: 'k', Body: 'b', ...input }))).rejects.toMatchObject({
        name,
      });
  });

  test('an upload is completed with the checksum of the object in a header', async () => {
    const Bucket = await newBucket();
    const at = { Bucket, Key: 'whole' };
    const begun = { ...at, ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const { UploadId } = await send(new s3.CreateMultipartUploadCommand(begun));
    const part = { ...at, UploadId, PartNumber: 1, Body: '123456789', ChecksumAlgorithm: 'CRC32' } as const;
    const { ETag, ChecksumCRC32 } = await send(new s3.UploadPartCommand(part));
    const complete = (whole: string) =>
      send(
        new s3.CompleteMultipartUploadCommand({
          ...at,
          UploadId,
          ChecksumCRC32: whole,
          ChecksumType: 'FULL_OBJECT',
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] },
        }),
      );
    await expect(complete('AAAAAA==')).rejects.toMatchObject({ name: 'BadDigest' });
    // CRC-32's check value of these nine digits is cbf43926.
    expect(await complete('y/Q5Jg==')).toMatchObject({ ChecksumCRC32: 'y/Q5Jg==' });
  });

  test('keep their configurations, and say what is missing as S3 does', async () => {
    const Bucket = await newBucket();
    const missing = (answer: Promise<unknown>, name: string) => expect(answer).rejects.toMatchObject({ name });
    await missing(send(new s3.GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy');
    await missing(send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket })), 'NoSuchLifecycleConfiguration');
    await missing(send(new s3.GetBucketTaggingCommand({ Bucket })), 'NoSuchTagSet');
    await missing(send(new s3.GetBucketCorsCommand({ Bucket })), 'NoSuchCORSConfiguration');
    const Rules = [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: 'error/' }, Expiration: { Days: 3 } } as const];
    await send(
      new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [...Rules] } }),
    );
    const lifecycle = await send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(lifecycle).toMatchObject({ Rules, TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
    });
    const publicPolicy = () => send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
    await expect(publicPolicy()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('public policies are prevented by the BlockPublicPolicy setting'),
    });
    await send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
    await publicPolicy();
    expect((await send(new s3.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    expect((await send(new s3.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(true);
    await missing(send(new s3.PutBucketPolicyCommand({ Bucket, Policy: '{}' })), 'MalformedPolicy');
    await send(new s3.DeleteBucketPolicyCommand({ Bucket }));
    await missing(send(new s3.GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy');
    await missing(send(new s3.PutBucketAclCommand({ Bucket, ACL: 'public-read' })), 'AccessControlListNotSupported');
    const replication = await fetch(`${local.url}/${Bucket}?replication`, { method: 'PUT', body: '<a/>' });
    expect(replication.status).toBe(501);
  });

  test('keep notifications, acceleration and payment as they were put, and refuse what S3 refuses', async () => {
    const Bucket = await newBucket();
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:made';
    const notification = (Events: string[]) =>
      send(
        new s3.PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: { TopicConfigurations: [{ Id: 'new', TopicArn, Events: Events as s3.Event[] }] },
          SkipDestinationValidation: true,
        }),
      );
    await notification(['s3:ObjectCreated:*', 's3:ObjectRemoved:Delete']);
    await expect(notification(['all'])).rejects.toMatchObject({ name: 'InvalidArgument' });
    const kept = () => send(new s3.GetBucketNotificationConfigurationCommand({ Bucket }));
    expect((await kept()).TopicConfigurations).toEqual([
      { Id: 'new', TopicArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:Delete'] },
    ]);
    // Putting an empty configuration deletes it.
    await send(new s3.PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
    expect((await kept()).TopicConfigurations).toBeUndefined();

    await send(
      new s3.PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration: { Status: 'Enabled' } }),
    );
    expect((await send(new s3.GetBucketAccelerateConfigurationCommand({ Bucket }))).Status).toBe('Enabled');
    const payment = (Payer: string) =>
      send(
        new s3.PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer: Payer as s3.Payer } }),
      );
    await payment('Requester');
    await expect(payment('Nobody')).rejects.toMatchObject({ name: 'MalformedXML' });
    expect((await send(new s3.GetBucketRequestPaymentCommand({ Bucket }))).Payer).toBe('Requester');
  });

  test('have ACLs only where their ownership lets them', async () => {
    const create = (Bucket: string, more: Partial<s3.CreateBucketCommandInput>) =>
      send(new s3.CreateBucketCommand({ Bucket, ...more }));
    await expect(create('acl-public', { ACL: 'public-read' })).rejects.toMatchObject({
      name: 'InvalidBucketAclWithObjectOwnership',
    });
    const ObjectOwnership = 'BucketOwnerPreferred';
    await expect(create('acl-public', { ACL: 'public-read', ObjectOwnership })).rejects.toMatchObject({
      name: 'InvalidBucketAclWithBlockPublicAccessError',
    });
    await expect(create('acl-owned', { ObjectOwnership: '<b/>' as 'ObjectWriter' })).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
    await create('acl-logs', { ACL: 'log-delivery-write' as 'private', ObjectOwnership });
    const { Grants } = await send(new s3.GetBucketAclCommand({ Bucket: 'acl-logs' }));
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL', 'WRITE', 'READ_ACP']);
    const open = new s3.PutBucketAclCommand({ Bucket: 'acl-logs', ACL: 'public-read' });
    await expect(send(open)).rejects.toMatchObject({ name: 'AccessDenied' });
    await put('acl-logs', 'k', '', { ACL: 'private' });
    const enforced = await newBucket();
    await put(enforced, 'k', '', { ACL: 'bucket-owner-full-control' });
    await expect(put(enforced, 'k', '', { ACL: 'private' })).rejects.toMatchObject({
      name: 'AccessControlListNotSupported',
    });
  });

  test('refuse by name what is not here, instead of passing over it', async () => {
    const bucket = await newBucket();
    await expect(
      send(new s3.CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true })),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(
      put(bucket, 'k', '', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date() }),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(
      send(new s3.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'k', Size: 1 }] } })),
    ).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining('Size') });
    await expect(send(new s3.GetObjectTorrentCommand({ Bucket: bucket, Key: 'k' }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('GetObjectTorrent'),
    });
    const withKey = await fetch(`${local.url}/${bucket}/k`, {
      method: 'PUT',
      body: 'x',
      headers: { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    });
    expect(withKey.status).toBe(501);
    await expect(get(bucket, 'k')).rejects.toThrow(s3.NoSuchKey);
  });

  test('and their objects are there again after a restart', async () => {
    const bucket = await newBucket();
    await put(bucket, 'a/b', 'body', { Metadata: { m: '1' } });
    await local.restart();
    expect(await get(bucket, 'a/b')).toMatchObject({ Metadata: { m: '1' } });
    expect(await read(bucket, 'a/b')).toBe('body');
  });
});

test('XML that could not come from a client is refused', async () => {
  const bucket = await newBucket();
  for (const body of [
    '<Delete>',
    'x',
    '<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>',
    '<Delete/>',
  ]) {
    const answer = await fetch(`${local.url}/${bucket}?delete`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>MalformedXML</Code>');
  }
});
