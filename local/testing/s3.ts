import * as s3 from '@aws-sdk/client-s3';
import { startTestEndpoint, TestClock, type TestEndpoint } from './endpoint';

/** An endpoint with an S3 client, and short names for what the tests do all the time. */
export interface S3Fixture {
  readonly endpoint: TestEndpoint;
  readonly clock: TestClock;
  readonly client: s3.S3Client;
  readonly send: s3.S3Client['send'];
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
  start(): Promise<void>;
  /** Stops the endpoint. @throws if it logged a fault. */
  close(): Promise<void>;
}

/** For tests: `beforeAll(fixture.start)`, `afterAll(fixture.close)`; the rest works in between. */
export function s3Fixture(): S3Fixture {
  const clock = new TestClock(Date.now());
  let started: { endpoint: TestEndpoint; client: s3.S3Client } | undefined;
  let buckets = 0;
  const running = () => {
    if (started === undefined) throw new Error('The endpoint runs while tests do.');
    return started;
  };
  const send = ((command: never) => running().client.send(command)) as s3.S3Client['send'];
  const get: S3Fixture['get'] = (Bucket, Key, more) => send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
  return {
    clock,
    get endpoint() {
      return running().endpoint;
    },
    get client() {
      return running().client;
    },
    send,
    newBucket: async () => {
      const Bucket = `bucket-${++buckets}`;
      await send(new s3.CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    put: (Bucket, Key, body, more) => send(new s3.PutObjectCommand({ Bucket, Key, Body: Buffer.from(body), ...more })),
    get,
    read: async (bucket, key, more) => (await get(bucket, key, more)).Body?.transformToString(),
    start: async () => {
      const endpoint = await startTestEndpoint({ clock });
      started = { endpoint, client: new s3.S3Client({ ...endpoint.config, forcePathStyle: true }) };
    },
    close: async () => {
      const { client, endpoint } = running();
      client.destroy();
      await endpoint.close();
      if (endpoint.faults.length > 0) throw new Error(`The endpoint logged: ${endpoint.faults.join('; ')}`);
    },
  };
}
