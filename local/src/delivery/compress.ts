import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ZipFile } from 'yazl';
import { hadoopSnappy, snappyFrames } from './snappy';

/** Extension that Firehose appends to a key for each compression format. */
export const EXTENSIONS: Readonly<Record<string, string>> = {
  UNCOMPRESSED: '',
  GZIP: '.gz',
  ZIP: '.zip',
  Snappy: '.snappy',
  HADOOP_SNAPPY: '.hsnappy',
};

/** Compresses a file into another one. @param format one of {@link EXTENSIONS}, not UNCOMPRESSED */
export async function compressFile(format: string, from: string, to: string, entryName: string): Promise<void> {
  if (format === 'ZIP') return zipOf(from, to, entryName);
  const transform = format === 'GZIP' ? createGzip() : format === 'Snappy' ? snappyFrames() : hadoopSnappy();
  await pipeline(createReadStream(from, { highWaterMark: 256 * 1024 }), transform, createWriteStream(to));
}

/** The earliest date that the format knows: the same data make the same archive. */
const EARLIEST = new Date(1980, 0, 1);

/** Writes a zip archive with one entry. */
async function zipOf(from: string, to: string, entryName: string): Promise<void> {
  const archive = new ZipFile();
  const output = archive.outputStream as Readable;
  const source = createReadStream(from);
  archive.on('error', (error) => output.destroy(error as Error));
  archive.addReadStream(source, entryName, { mtime: EARLIEST, forceDosTimestamp: true });
  archive.end();
  // A full disk must not leave the source open, which yazl doesn't close.
  await pipeline(output, createWriteStream(to)).finally(() => source.destroy());
}
