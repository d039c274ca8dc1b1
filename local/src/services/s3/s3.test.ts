import * as s3 from '@aws-sdk/client-s3';
import { startTestEndpoint, type TestEndpoint } from '../../testing/endpoint';

let endpoint: TestEndpoint;
let client: s3.S3Client;

beforeAll(async () => {
  endpoint = await startTestEndpoint();
  client = new s3.S3Client({ ...endpoint.config, forcePathStyle: true });
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

test('what is put is got, by default checksums and in ranges', async () => {
  await client.send(new s3.CreateBucketCommand({ Bucket: 'basics' }));
  const put = await client.send(
    new s3.PutObjectCommand({
      Bucket: 'basics',
      Key: 'a/b.txt',
      Body: 'hello world',
      ContentType: 'text/plain',
      Metadata: { who: 'me' },
    }),
  );
  expect(put).toMatchObject({
    ETag: '"5eb63bbbe01eeed093cb22bb8f5acdc3"',
    ChecksumCRC32: 'DUoRhQ==',
    ServerSideEncryption: 'AES256',
  });
  const got = await client.send(new s3.GetObjectCommand({ Bucket: 'basics', Key: 'a/b.txt' }));
  expect(await got.Body?.transformToString()).toBe('hello world');
  expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { who: 'me' }, ContentLength: 11 });
  const range = await client.send(new s3.GetObjectCommand({ Bucket: 'basics', Key: 'a/b.txt', Range: 'bytes=6-' }));
  expect(await range.Body?.transformToString()).toBe('world');
  expect(range.ContentRange).toBe('bytes 6-10/11');
});
