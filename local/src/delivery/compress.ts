import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { hadoopSnappy, snappyFrames } from './snappy';
import { zipOf } from './zip';

/** What AWS adds to a key for each compression format. */
export const EXTENSIONS: Readonly<Record<string, string>> = {
  UNCOMPRESSED: '',
  GZIP: '.gz',
  ZIP: '.zip',
  Snappy: '.snappy',
  HADOOP_SNAPPY: '.hsnappy',
};

/** Compresses a file into another one. @param format one of {@link EXTENSIONS}, not UNCOMPRESSED. */
export async function compressFile(format: string, from: string, to: string, entryName: string): Promise<void> {
  if (format === 'ZIP') return zipOf(from, to, entryName);
  const transform = format === 'GZIP' ? createGzip() : format === 'Snappy' ? snappyFrames() : hadoopSnappy();
  await pipeline(createReadStream(from, { highWaterMark: 256 * 1024 }), transform, createWriteStream(to));
}
