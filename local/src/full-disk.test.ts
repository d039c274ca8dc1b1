import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as s3 from '@aws-sdk/client-s3';
import { type EndpointProcess, startProcess } from 'lakehouse-local/testing/process';

const MAX_FILE_KB = 2_048;
const Bucket = 'lake';

let dataDir: string;
const started: EndpointProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-full-'));
});

afterEach(async () => {
  for (const process of started.splice(0)) await process.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

const clientOf = (endpoint: string) =>
  new s3.S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  });

const read = async (client: s3.S3Client, Key: string) =>
  (await client.send(new s3.GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

// The limit applies to each file, so the tables' file, which grows with everything, is refused before the bodies are.
test('where files grow no more puts fail with InternalError, reads go on, and all that was acknowledged stays', async () => {
  const limited = await startProcess(dataDir, [], `-f ${MAX_FILE_KB}`);
  started.push(limited);
  const client = clientOf(limited.url);
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  const put = (Key: string, Body: string | Buffer) =>
    client.send(new s3.PutObjectCommand({ Bucket, Key, Body, Metadata: { much: Key.padEnd(2_000, '.') } }));

  const large = put('large', Buffer.alloc((MAX_FILE_KB + 1) * 1024));
  await expect(large).rejects.toMatchObject({ name: 'InternalError', $metadata: { httpStatusCode: 500 } });
  await expect(read(client, 'large')).rejects.toThrow(s3.NoSuchKey);
  expect(readdirSync(join(dataDir, 's3/.temporary'))).toEqual([]);

  const acknowledged: string[] = [];
  let refused: { key: string; error: unknown } | undefined;
  for (let batch = 0; refused === undefined && batch < 200; batch++) {
    const keys = Array.from({ length: 20 }, (_, index) => `k/${batch}-${index}`);
    const results = await Promise.allSettled(keys.map((key) => put(key, `body of ${key}`)));
    results.forEach((result, index) => {
      const key = keys[index] as string;
      if (result.status === 'fulfilled') acknowledged.push(key);
      else refused = { key, error: result.reason };
    });
  }
  expect(refused?.error).toMatchObject({ name: 'InternalError', $metadata: { httpStatusCode: 500 } });
  expect(acknowledged.length).toBeGreaterThan(0);
  // Refused before LMDB meets the limit: a commit that does can pass for done.
  expect(statSync(join(dataDir, 'metadata/data.mdb')).size).toBeLessThan(0.95 * MAX_FILE_KB * 1024);
  expect(readdirSync(join(dataDir, 's3/.temporary'))).toEqual([]);
  const check = async (reader: s3.S3Client) => {
    for (const key of acknowledged) expect(await read(reader, key)).toBe(`body of ${key}`);
    await expect(read(reader, refused?.key ?? '')).rejects.toThrow(s3.NoSuchKey);
    const pages = s3.paginateListObjectsV2({ client: reader }, { Bucket });
    let listed = 0;
    for await (const { KeyCount } of pages) listed += KeyCount ?? 0;
    expect(listed).toBe(acknowledged.length);
  };
  await check(client);
  client.destroy();
  await limited.kill();

  const free = await startProcess(dataDir);
  started.push(free);
  const again = clientOf(free.url);
  await check(again);
  await again.send(new s3.PutObjectCommand({ Bucket, Key: refused?.key, Body: 'there is room' }));
  again.destroy();
  await free.kill();
}, 120_000);
