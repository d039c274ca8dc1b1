import * as s3 from '@aws-sdk/client-s3';
import { type S3Fixture, startS3Fixture } from '../../testing/s3';

let fixture: S3Fixture;
let client: S3Fixture['client'];
let endpoint: S3Fixture['endpoint'];
let newBucket: S3Fixture['newBucket'];
let put: S3Fixture['put'];
let get: S3Fixture['get'];
let read: S3Fixture['read'];

beforeAll(async () => {
  fixture = await startS3Fixture();
  ({ client, endpoint, newBucket, put, get, read } = fixture);
});

afterAll(() => fixture.close());

describe('buckets', () => {
  test('have names that S3 allows, once', async () => {
    const bucket = await newBucket();
    // In us-east-1 a second creation by the same owner succeeds; elsewhere it doesn't.
    await client.send(new s3.CreateBucketCommand({ Bucket: bucket }));
    const west = new s3.S3Client({ ...endpoint.config, region: 'us-west-2', forcePathStyle: true });
    const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' } as const;
    const inWest = () => west.send(new s3.CreateBucketCommand({ Bucket: 'in-the-west', CreateBucketConfiguration }));
    await inWest();
    await expect(inWest()).rejects.toThrow(s3.BucketAlreadyOwnedByYou);
    const other = new s3.S3Client({
      ...endpoint.config,
      forcePathStyle: true,
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    });
    await expect(other.send(new s3.CreateBucketCommand({ Bucket: bucket }))).rejects.toThrow(s3.BucketAlreadyExists);
    await expect(other.send(new s3.ListObjectsV2Command({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    for (const Bucket of ['Ab', 'UPPER', 'a..b', '127.0.0.1', 'a_b', '-ab']) {
      await expect(client.send(new s3.CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
        name: 'InvalidBucketName',
      });
    }
    expect((await client.send(new s3.GetBucketLocationCommand({ Bucket: 'in-the-west' }))).LocationConstraint).toBe(
      'us-west-2',
    );
    expect((await client.send(new s3.HeadBucketCommand({ Bucket: 'in-the-west' }))).BucketRegion).toBe('us-west-2');
    await expect(client.send(new s3.HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toThrow(s3.NotFound);
    await expect(put('nowhere', 'k', '')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const guarded = new s3.ListObjectsV2Command({ Bucket: bucket, ExpectedBucketOwner: '999999999999' });
    await expect(client.send(guarded)).rejects.toMatchObject({ name: 'AccessDenied' });
    const names = (await client.send(new s3.ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);
    expect(names).toEqual(expect.arrayContaining([bucket, 'in-the-west']));
  });

  test('keep their configurations, and say what is missing as S3 does', async () => {
    const Bucket = await newBucket();
    const missing = (answer: Promise<unknown>, name: string) => expect(answer).rejects.toMatchObject({ name });
    await missing(client.send(new s3.GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy');
    await missing(
      client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket })),
      'NoSuchLifecycleConfiguration',
    );
    await missing(client.send(new s3.GetBucketTaggingCommand({ Bucket })), 'NoSuchTagSet');
    await missing(client.send(new s3.GetBucketCorsCommand({ Bucket })), 'NoSuchCORSConfiguration');
    const Rules = [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: 'error/' }, Expiration: { Days: 3 } } as const];
    await client.send(
      new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [...Rules] } }),
    );
    const lifecycle = await client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(lifecycle).toMatchObject({ Rules, TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
    });
    await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await client.send(new s3.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    expect((await client.send(new s3.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(true);
    await missing(client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: '{}' })), 'MalformedPolicy');
    await client.send(new s3.DeleteBucketPolicyCommand({ Bucket }));
    await missing(client.send(new s3.GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy');
    const Rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key-id' } } as const;
    await client.send(
      new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [Rule] } }),
    );
    expect(await put(Bucket, 'k', '')).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-id' });
    await missing(
      client.send(new s3.PutBucketAclCommand({ Bucket, ACL: 'public-read' })),
      'AccessControlListNotSupported',
    );
    const replication = await fetch(`${endpoint.url}/${Bucket}?replication`, { method: 'PUT', body: '<a/>' });
    expect(replication.status).toBe(501);
  });

  test('and their objects are there again after a restart', async () => {
    const bucket = await newBucket();
    await put(bucket, 'a/b', 'body', { Metadata: { m: '1' } });
    await endpoint.restart();
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
    const answer = await fetch(`${endpoint.url}/${bucket}?delete`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>MalformedXML</Code>');
  }
});
