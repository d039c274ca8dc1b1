import * as s3 from '@aws-sdk/client-s3';
import type { Clients } from './clients';

/** Short names for what the tests of S3 do all the time. */
export function objectsOf(clients: Clients) {
  let buckets = 0;
  const send = ((command: never) => clients.s3.send(command)) as s3.S3Client['send'];
  const get = (Bucket: string, Key: string, more?: Partial<s3.GetObjectCommandInput>) =>
    send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
  return {
    send,
    /** Makes a bucket of a name that none had before. */
    newBucket: () => clients.bucket(`bucket-${++buckets}`),
    put: (Bucket: string, Key: string, body: string, more?: Partial<s3.PutObjectCommandInput>) =>
      send(new s3.PutObjectCommand({ Bucket, Key, Body: Buffer.from(body), ...more })),
    get,
    /** The body as text. */
    read: async (bucket: string, key: string, more?: Partial<s3.GetObjectCommandInput>) =>
      (await get(bucket, key, more)).Body?.transformToString(),
  };
}
