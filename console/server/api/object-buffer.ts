import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { AsyncBuffer } from 'hyparquet';
import type { Aws } from '../aws.js';

/** An object whose bytes are read by ranges, so that a large one costs no more than a small one. */
export function objectBuffer(aws: Aws, bucket: string, key: string, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      if (end <= start) return new ArrayBuffer(0);
      const { Body } = await aws.s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}` }),
      );
      // A copy: readers use the whole ArrayBuffer, and a view may share it with other data.
      return new Uint8Array((await Body?.transformToByteArray()) ?? []).buffer;
    },
  };
}
