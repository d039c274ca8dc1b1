import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Answer, Ask } from '../../engine/protocol';
import { ContentError, contentOf, isThere } from './content';
import { itemsUnder, JsonTextError } from './json-text';

const NEWLINE = 10;
/** Most bytes of a document with a file's records, which is parsed in memory. */
const MAX_DOCUMENT = 64 * 1024 * 1024;

type Inspected = Answer<'inspect'>[number];

/** Reads files through once, for the facts that the engine needs, and for damage that would end a query midway. */
export async function inspectTexts({ files, maxLine }: Ask<'inspect'>): Promise<Answer<'inspect'>> {
  const answers: Inspected[] = [];
  for (const { path, codec } of files) {
    // zstd files aren't inspected: only the engine can decompress them, and it will report damage itself.
    if (codec === 'zstd') answers.push({ longestLine: 0, utf8: true });
    else answers.push(await inspect(path, codec, maxLine));
  }
  return answers;
}

async function inspect(
  path: string,
  codec: Ask<'inspect'>['files'][number]['codec'],
  maxLine: number,
): Promise<Inspected> {
  if (!isThere(path)) return { error: 'it is gone' };
  const lines = new Lines();
  try {
    for await (const piece of contentOf(path, codec)) {
      lines.add(piece);
      if (lines.longest > maxLine) return { error: `a line is longer than ${maxLine} bytes` };
    }
  } catch (error) {
    if (error instanceof ContentError) return { error: error.message };
    throw error;
  }
  return { longestLine: lines.longest, utf8: lines.endsWell() };
}

/** Finds the longest line of a text in chunks, and whether it is UTF-8. */
class Lines {
  longest = 0;
  private current = 0;
  private utf8 = true;
  /** Bytes of a character that the last chunk cut. */
  private rest = Buffer.alloc(0);

  add(piece: Buffer): void {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      this.longest = Math.max(this.longest, this.current + end - start);
      this.current = 0;
      start = end + 1;
    }
    this.current += piece.length - start;
    this.longest = Math.max(this.longest, this.current);
    if (this.utf8) this.check(piece);
  }

  endsWell(): boolean {
    return this.utf8 && this.rest.length === 0;
  }

  private check(piece: Buffer): void {
    const whole = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const end = whole.length - unfinished(whole);
    this.utf8 = isUtf8(whole.subarray(0, end));
    this.rest = Buffer.from(whole.subarray(end));
  }
}

/** Number of bytes at the end that begin an incomplete character. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/** Converts a file to plain lines of UTF-8, which the engine reads directly. @returns the file's fault, if any */
export async function stageText({ path, codec, to, records }: Ask<'stage'>): Promise<Answer<'stage'>> {
  const file = createWriteStream(to);
  const done = finished(file);
  done.catch(() => {});
  const write = async (text: string) => {
    if (!file.write(text)) await Promise.race([once(file, 'drain'), done]);
  };
  try {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: false });
    let document = '';
    for await (const piece of contentOf(path, codec)) {
      const text = decoder.decode(piece, { stream: true });
      if (records === undefined) await write(text);
      else document += text;
      if (document.length > MAX_DOCUMENT)
        throw new ContentError(`it is one document of more than ${MAX_DOCUMENT} bytes`);
    }
    const rest = decoder.decode();
    if (records === undefined) await write(rest);
    else for (const item of itemsUnder(records, document + rest)) await write(`${item.replaceAll(/[\r\n]+/g, ' ')}\n`);
    return undefined;
  } catch (error) {
    if (error instanceof ContentError || error instanceof JsonTextError) return error.message;
    throw error;
  } finally {
    file.end();
    await done;
  }
}
