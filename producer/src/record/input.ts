import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** An input that isn't newline-delimited JSON, by its first bytes; the message names its format and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** First bytes of unsupported formats, by name. */
const REFUSED: readonly (readonly [string, readonly number[], string])[] = [
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd], 'zstd -dc'],
  ['bzip2', [0x42, 0x5a, 0x68], 'bzip2 -dc'],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz -dc'],
  ['zip', [0x50, 0x4b, 0x03, 0x04], 'unzip -p'],
  ['framed snappy', [0xff, 0x06, 0x00, 0x00, 0x73], 'snzip -dc'],
  ['lz4', [0x04, 0x22, 0x4d, 0x18], 'lz4 -dc'],
];

const starts = (head: Buffer, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);

/** The text's encoding, by its byte order mark, else by the zero bytes that UTF-16 and UTF-32 put around ASCII. */
function encodingOf(head: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32' {
  const [a, b, c, d] = head;
  const text = (byte: number | undefined): boolean => byte !== undefined && byte !== 0;
  if ((starts(head, [0xff, 0xfe]) && c === 0 && d === 0) || starts(head, [0, 0, 0xfe, 0xff])) return 'utf-32';
  if (starts(head, [0xff, 0xfe]) || (text(a) && b === 0 && text(c) && d === 0)) return 'utf-16le';
  if (starts(head, [0xfe, 0xff]) || (a === 0 && text(b) && c === 0 && text(d))) return 'utf-16be';
  return (text(a) && b === 0 && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0 && text(d)) ? 'utf-32' : 'utf-8';
}

/**
 * Decodes an input to newline-delimited JSON in UTF-8: gzip is decompressed (several members too), UTF-16 is converted,
 * a byte order mark is dropped. Other compressions and Parquet are refused by name.
 *
 * @param name the input's name, for messages
 * @returns a stream that fails with an InputError when it is first read, or when the input ends within a gzip member
 */
export function decodeInput(input: Readable, name: string): Readable {
  return Readable.from(decoded(input, name), { objectMode: false });
}

async function* decoded(input: Readable, name: string): AsyncGenerator<Buffer | string> {
  const { head, all } = await peek(input);
  for (const [kind, bytes, command] of REFUSED) {
    if (!starts(head, bytes)) continue;
    throw new InputError(`${name} is compressed with ${kind}, which is not read here: ${command} FILE | … --input -`);
  }
  if (head.toString('latin1', 0, 4) === 'PAR1') throw new InputError(`${name} is a Parquet file, not lines of JSON.`);
  if (starts(head, [0x1f, 0x8b])) {
    const gunzip = createGunzip();
    const source = Readable.from(all);
    source.once('error', (error) => gunzip.destroy(error));
    try {
      yield* text(source.pipe(gunzip), name);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw code?.startsWith('Z_') ? new InputError(`${name} is damaged gzip (${message}).`) : error;
    }
  } else {
    yield* text(all, name);
  }
}

async function* text(bytes: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer | string> {
  const { head, all } = await peek(bytes);
  const encoding = encodingOf(head);
  if (encoding === 'utf-32') throw new InputError(`${name} is encoded as UTF-32; lines of UTF-8 or UTF-16 are read.`);
  if (encoding === 'utf-8') {
    let skip = starts(head, [0xef, 0xbb, 0xbf]) ? 3 : 0;
    for await (const piece of all) {
      yield skip > 0 ? piece.subarray(skip) : piece;
      skip = 0;
    }
    return;
  }
  const decoder = new TextDecoder(encoding);
  for await (const piece of all) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

/** The first five bytes, and an iterable of all bytes. */
async function peek(bytes: AsyncIterable<Buffer>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  let done = false;
  while (first.length < 5 && !done) {
    const next = await iterator.next();
    done = next.done === true;
    if (!done) first = Buffer.concat([first, next.value as Buffer]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    if (done) return;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head: first.subarray(0, 5), all: all() };
}
