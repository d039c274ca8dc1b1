import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { JsonObject, parseDocuments } from './json';
import type { Column } from './line-converter';
import type { ParquetSerDe } from './parquet';
import { countLeaves, parquetSchema } from './parquet-schema';
import { parquetValue } from './parquet-values';

export interface WideAsk {
  readonly linesPath: string;
  /** Offset of the first line in the lines' file. */
  readonly from: number;
  readonly parquetPath: string;
  readonly columns: readonly Column[];
  readonly compression: NonNullable<ParquetSerDe['Compression']>;
}

export interface WideAnswer {
  readonly rows: number;
  /** Offset of the first line that is not in the Parquet file; the file's size at its end. */
  readonly next: number;
}

/** Bytes of lines per row group, which determine the memory, besides the footer. */
const GROUP_BYTES = 3 * 1024 * 1024;
/** Most values of a row group, nulls included. */
const GROUP_VALUES = 4_000_000;
/** Most column chunks of a file, whose footer stays in memory until its end. */
const MAX_CHUNKS = 40_000;
const READ_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * Writes lines of JSON to a Parquet file as `writeParquet` does, for tables of any width and depth: its memory grows
 * with a row group's text, and a file ends where its footer would grow too large. Slower than DuckDB, whose memory
 * grows with the table's width.
 */
export async function writeWideParquet(ask: WideAsk): Promise<WideAnswer> {
  const { linesPath, from, parquetPath, columns, compression } = ask;
  const { ParquetWriter, fileWriter } = await import('hyparquet-writer');
  const writer = new ParquetWriter({
    writer: fileWriter(parquetPath),
    schema: parquetSchema(columns),
    codec: compression,
    compressors: { GZIP: (input: Uint8Array) => gzipSync(input) },
    createdBy: 'lakehouse',
  });
  const leaves = countLeaves(columns);
  const groups = groupsOf(linesPath, from, Math.max(1, Math.floor(GROUP_VALUES / leaves)));
  try {
    let [rows, next, chunks] = [0, from, 0];
    for (const group of groups) {
      rows += group.lines.length;
      next = group.end;
      chunks += leaves;
      writer.write({ columnData: columnsOf(group.lines, columns), rowGroupSize: group.lines.length });
      if (chunks + leaves > MAX_CHUNKS) break;
    }
    writer.finish();
    return { rows, next };
  } catch (error) {
    rmSync(parquetPath, { force: true });
    throw error;
  }
}

function columnsOf(lines: readonly string[], columns: readonly Column[]): { name: string; data: unknown[] }[] {
  const data = columns.map(({ name }) => ({ name, data: new Array<unknown>(lines.length).fill(null) }));
  for (const [row, line] of lines.entries()) {
    const [document] = parseDocuments(line);
    if (!(document instanceof JsonObject)) throw new Error(`Line ${row} is no object.`);
    for (const [index, { name, type }] of columns.entries()) {
      const value = document.get(name) ?? null;
      if (value !== null) (data[index] as { data: unknown[] }).data[row] = parquetValue(value, type);
    }
  }
  return data;
}

interface LineGroup {
  readonly lines: readonly string[];
  /** Offset of the next line. */
  readonly end: number;
}

/** Reads the lines of a file in groups, one per row group. */
function* groupsOf(path: string, from: number, maxLines: number): Generator<LineGroup> {
  let lines: string[] = [];
  let [bytes, end] = [0, from];
  for (const line of linesOf(path, from)) {
    lines.push(line.toString('utf8'));
    bytes += line.length;
    end += line.length + 1;
    if (bytes < GROUP_BYTES && lines.length < maxLines) continue;
    yield { lines, end };
    [lines, bytes] = [[], 0];
  }
  if (lines.length > 0) yield { lines, end };
}

/** Reads lines, each with its newline. */
function* linesOf(path: string, from: number): Generator<Buffer> {
  const file = openSync(path, 'r');
  const read = Buffer.allocUnsafe(READ_BYTES);
  let rest: Buffer[] = [];
  try {
    for (let position = from; ; ) {
      const chunk = read.subarray(0, readSync(file, read, 0, READ_BYTES, position));
      if (chunk.length === 0) return;
      position += chunk.length;
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        yield Buffer.concat([...rest, chunk.subarray(start, end)]);
        [rest, start] = [[], end + 1];
      }
      if (start < chunk.length) rest.push(Buffer.from(chunk.subarray(start)));
    }
  } finally {
    closeSync(file);
  }
}
