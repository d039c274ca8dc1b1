import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { AsyncBuffer } from 'hyparquet';
import type { Aws } from '../aws.js';

/** An object as bytes that are read by ranges, so that a large one costs no more than a small one. */
export function objectBuffer(aws: Aws, bucket: string, key: string, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      if (end <= start) return new ArrayBuffer(0);
      const { Body } = await aws.s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}` }),
      );
      // A copy of its own: readers take the buffer from its first byte on.
      return new Uint8Array((await Body?.transformToByteArray()) ?? []).buffer;
    },
  };
}
