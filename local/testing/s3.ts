import * as s3 from '@aws-sdk/client-s3';
import type { Clients } from './clients';

/** Helpers of S3's tests. */
export function objectsOf(clients: Clients) {
  let buckets = 0;
  const send = ((command: never) => clients.s3.send(command)) as s3.S3Client['send'];
  const get = (Bucket: string, Key: string, more?: Partial<s3.GetObjectCommandInput>) =>
    send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
  return {
    send,
    /** Makes a bucket with a new name. */
    newBucket: () => clients.bucket(`bucket-${++buckets}`),
    put: (Bucket: string, Key: string, body: string, more?: Partial<s3.PutObjectCommandInput>) =>
      send(new s3.PutObjectCommand({ Bucket, Key, Body: Buffer.from(body), ...more })),
    get,
    /** Reads an object's body as text. */
    read: async (bucket: string, key: string, more?: Partial<s3.GetObjectCommandInput>) =>
      (await get(bucket, key, more)).Body?.transformToString(),
  };
}
