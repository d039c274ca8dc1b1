import { incompleteBody, malformedTrailer } from '../errors';

const MAX_LINE_BYTES = 4_096;
const MAX_TRAILERS = 16;
/** A trailing header that no request declares. */
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/**
 * Decodes SigV4's chunk framing ("aws-chunked"): `<hex size>[;chunk-signature=…]CRLF <data> CRLF …`, a chunk of size 0,
 * then trailing headers. Signatures aren't checked, as everywhere here.
 * @param trailers receives the trailing headers, in lower case, after the last chunk
 * @param declared name of the trailing header that the request declares: without it nothing would check the body
 * @throws AwsError `IncompleteBody`, also for malformed framing; `MalformedTrailerError`
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
  declared?: string,
): AsyncGenerator<Buffer> {
  const input = new Input(body[Symbol.asyncIterator]());
  for (;;) {
    const line = await input.line();
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw incompleteBody();
    let left = Number.parseInt(size, 16);
    if (left === 0) break;
    while (left > 0) {
      const piece = await input.take(left);
      left -= piece.length;
      yield piece;
    }
    if ((await input.line()) !== '') throw incompleteBody();
  }
  await readTrailers(input, trailers);
  const named = [...trailers.keys()].filter((name) => name !== TRAILER_SIGNATURE);
  if (named.length > 1 || named[0] !== declared) throw malformedTrailer();
}

async function readTrailers(input: Input, trailers: Map<string, string>): Promise<void> {
  for (let count = 0; count < MAX_TRAILERS; count++) {
    // Without trailers, some clients end with an empty line and some with nothing.
    const line = await input.line(true);
    if (line === '') return;
    const colon = line.indexOf(':');
    if (colon < 1) throw malformedTrailer();
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  throw malformedTrailer();
}

/** Reads lines and bytes from an iterator of buffers, copying only lines that span two of them. */
class Input {
  private buffer: Buffer = Buffer.alloc(0);

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** Reads a line, without its CRLF. @param endAllowed whether the body may end here, which counts as an empty line */
  async line(endAllowed = false): Promise<string> {
    for (;;) {
      const end = this.buffer.indexOf('\r\n');
      if (end !== -1) {
        const line = this.buffer.toString('latin1', 0, end);
        this.buffer = this.buffer.subarray(end + 2);
        return line;
      }
      if (this.buffer.length > MAX_LINE_BYTES) throw incompleteBody();
      const next = await this.source.next();
      if (next.done === true) {
        if (endAllowed) return '';
        throw incompleteBody();
      }
      this.buffer = this.buffer.length === 0 ? next.value : Buffer.concat([this.buffer, next.value]);
    }
  }

  /** Reads at least one and at most `limit` bytes. */
  async take(limit: number): Promise<Buffer> {
    while (this.buffer.length === 0) {
      const next = await this.source.next();
      if (next.done === true) throw incompleteBody();
      this.buffer = next.value;
    }
    const piece = this.buffer.subarray(0, limit);
    this.buffer = this.buffer.subarray(piece.length);
    return piece;
  }
}
