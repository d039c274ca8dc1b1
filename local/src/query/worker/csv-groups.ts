import { closeSync, createWriteStream, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBResult } from '@duckdb/node-api';
import type { Ask } from '../engine/protocol';
import { csvLine } from '../result/csv';
import { chunksOf } from './chunks';
import { csvLines, formattersOf, leavesIn } from './csv';

/** Bytes of a part's header, the length of its text. */
const HEADER_BYTES = 4;
const BUFFER_BYTES = 1 << 16;

/**
 * Writes a wide result as Athena's CSV: reads one group of columns after the other, and joins their lines in the end,
 * since the engine takes 50 kB of memory for each leaf that it reads at a time.
 * @param scratch folder for the groups' lines
 * @returns the number of rows
 */
export async function writeCsvInGroups(
  { sql, path, columns, groups = [], append = false }: Ask<'csv'>,
  scratch: string,
  stream: (sql: string) => Promise<DuckDBResult>,
): Promise<number> {
  const folder = mkdtempSync(join(scratch, 'groups-'));
  try {
    const [parts, counts] = [[] as string[], new Set<number>()];
    let from = 0;
    for (const size of groups) {
      const part = join(folder, String(from));
      const names = Array.from({ length: size }, (_, index) => `c${from + index}`);
      const result = await stream(`SELECT ${names.join(', ')} FROM (${sql}) AS n`);
      counts.add(await writePart(part, columns.slice(from, from + size), result));
      parts.push(part);
      from += size;
    }
    const [rows = 0, ...others] = counts;
    if (others.length > 0) throw new Error('The columns of a wide result have different numbers of rows.');
    const head = append ? [] : [csvLine(columns.map(({ name }) => name))];
    await pipeline(Readable.from(linesOf(head, parts)), createWriteStream(path, { flags: append ? 'a' : 'w' }));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the lines of one group of columns. @returns their number */
async function writePart(path: string, columns: Ask<'csv'>['columns'], result: DuckDBResult): Promise<number> {
  const formats = formattersOf(columns);
  const file = openSync(path, 'w');
  try {
    let rows = 0;
    for await (const chunk of chunksOf(result, leavesIn(columns))) {
      rows += chunk.rowCount;
      for (const line of csvLines(chunk, formats)) {
        const text = Buffer.from(line);
        const header = Buffer.alloc(HEADER_BYTES);
        header.writeUInt32LE(text.length);
        writeSync(file, Buffer.concat([header, text]));
      }
    }
    return rows;
  } finally {
    closeSync(file);
  }
}

/** Joins the parts of lines, side by side. */
function* linesOf(head: readonly string[], paths: readonly string[]): Generator<Buffer> {
  for (const line of head) yield Buffer.from(line);
  const parts = paths.map((path) => new PartReader(path));
  try {
    for (;;) {
      const texts = parts.map((part) => part.next());
      if (texts[0] === undefined) return;
      const line: Buffer[] = [];
      for (const text of texts) line.push(...(line.length > 0 ? [COMMA] : []), text ?? Buffer.alloc(0));
      yield Buffer.concat([...line, NEWLINE]);
    }
  } finally {
    for (const part of parts) part.close();
  }
}

const COMMA = Buffer.from(',');
const NEWLINE = Buffer.from('\n');

/** Reads a part's lines one by one. */
class PartReader {
  private readonly file: number;
  private buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  /** @returns the next line; undefined at the end */
  next(): Buffer | undefined {
    if (!this.fill(HEADER_BYTES)) return undefined;
    const end = HEADER_BYTES + this.buffer.readUInt32LE(0);
    this.fill(end);
    const text = this.buffer.subarray(HEADER_BYTES, end);
    this.buffer = this.buffer.subarray(end);
    return text;
  }

  close(): void {
    closeSync(this.file);
  }

  /** Reads until the buffer has this many bytes. @returns whether there were enough */
  private fill(bytes: number): boolean {
    while (this.buffer.length < bytes) {
      const more = Buffer.alloc(Math.max(BUFFER_BYTES, bytes - this.buffer.length));
      const read = readSync(this.file, more);
      if (read === 0) return false;
      this.buffer = Buffer.concat([this.buffer, more.subarray(0, read)]);
    }
    return true;
  }
}
