import * as s3 from '@aws-sdk/client-s3';
import { startTestEndpoint, TestClock, type TestEndpoint } from './endpoint';

/** An endpoint with an S3 client, and short names for what the tests do all the time. */
export interface S3Fixture {
  readonly endpoint: TestEndpoint;
  readonly clock: TestClock;
  readonly client: s3.S3Client;
  /** Makes a bucket of a name that none had before. */
  newBucket(): Promise<string>;
  put(
    bucket: string,
    key: string,
    body: string,
    more?: Partial<s3.PutObjectCommandInput>,
  ): Promise<s3.PutObjectCommandOutput>;
  get(bucket: string, key: string, more?: Partial<s3.GetObjectCommandInput>): Promise<s3.GetObjectCommandOutput>;
  /** The body as text. */
  read(bucket: string, key: string, more?: Partial<s3.GetObjectCommandInput>): Promise<string | undefined>;
  /** Stops the endpoint; fails if it logged a fault. */
  close(): Promise<void>;
}

export async function startS3Fixture(): Promise<S3Fixture> {
  const clock = new TestClock(Date.now());
  const endpoint = await startTestEndpoint({ clock });
  const client = new s3.S3Client({ ...endpoint.config, forcePathStyle: true });
  let buckets = 0;
  const get: S3Fixture['get'] = (Bucket, Key, more) => client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
  return {
    endpoint,
    clock,
    client,
    newBucket: async () => {
      const Bucket = `bucket-${++buckets}`;
      await client.send(new s3.CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    put: (Bucket, Key, body, more) =>
      client.send(new s3.PutObjectCommand({ Bucket, Key, Body: Buffer.from(body), ...more })),
    get,
    read: async (bucket, key, more) => (await get(bucket, key, more)).Body?.transformToString(),
    close: async () => {
      client.destroy();
      await endpoint.close();
      if (endpoint.faults.length > 0) throw new Error(`The endpoint logged: ${endpoint.faults.join('; ')}`);
    },
  };
}
