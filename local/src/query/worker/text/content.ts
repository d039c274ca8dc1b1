import { closeSync, createReadStream, openSync, readFileSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { TextCodec } from '../../engine/protocol';
import { Bzip2Error, bunzip2 } from './bzip2';

const CHUNK = 1 << 20;
/** Most bytes of a bzip2 file, which is decompressed in memory. */
const MAX_BZIP2 = 128 * 1024 * 1024;

/** A file that can't be decompressed: truncated, damaged, or too large. */
export class ContentError extends Error {}

/** Reads a file's text, decompressed, in chunks. @throws ContentError */
export async function* contentOf(path: string, codec: TextCodec): AsyncGenerator<Buffer> {
  if (codec === 'bzip2') {
    if (statSync(path).size > MAX_BZIP2) throw new ContentError('bzip2 objects can have 128 MB here');
    try {
      yield* bunzip2(readFileSync(path));
    } catch (error) {
      throw error instanceof Bzip2Error ? new ContentError(error.message) : error;
    }
    return;
  }
  const file = createReadStream(path, { highWaterMark: CHUNK });
  if (codec !== 'gzip') {
    yield* file as AsyncIterable<Buffer>;
    return;
  }
  const unzip = createGunzip({ chunkSize: CHUNK });
  file.on('error', (error) => unzip.destroy(error));
  file.pipe(unzip);
  try {
    yield* unzip as AsyncIterable<Buffer>;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw /^Z_/.test(code) ? new ContentError((error as Error).message) : error;
  } finally {
    file.destroy();
    unzip.destroy();
  }
}

/** Whether a file exists. */
export function isThere(path: string): boolean {
  try {
    closeSync(openSync(path, 'r'));
    return true;
  } catch {
    return false;
  }
}
