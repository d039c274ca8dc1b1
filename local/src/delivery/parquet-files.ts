import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, State } from '../core/cloud';
import { Duckdb } from '../core/duckdb';
import { Serial } from '../core/serial';
import type { Column } from './convert/line-converter';
import { type ParquetSerDe, writeParquet } from './convert/parquet';
import { countLeaves } from './convert/parquet-schema';
import type { WideAnswer, WideAsk } from './convert/wide-parquet';
import { isOutOfSpace } from './failure';
import { WorkerNotStarted, WorkerThread } from './worker-thread';

/** Most leaves of a table that DuckDB, the faster writer, writes within its memory. */
const MAX_DUCKDB_LEAVES = 96;
/** MB of JavaScript heap for the other writer. */
const WIDE_HEAP_MB = 240;
const COPY_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Lines that can't be written as Parquet, by {@link lineId}: the others can, without them. */
export class RefusedLines extends Error {
  constructor(readonly lines: ReadonlySet<string>) {
    super(`${lines.size} lines can not be written as Parquet.`);
  }
}

export const lineId = (line: Uint8Array): string => createHash('sha256').update(line).digest('base64');

/**
 * Writes Parquet files from lines of JSON, with the writer that suits the table. If one writer fails, the other one
 * tries; if both fail, the offending lines are found by halving.
 */
export class ParquetFiles implements State {
  static readonly uses = [Duckdb];

  private readonly wide = new WorkerThread<WideAsk, WideAnswer>(
    join(__dirname, 'convert', 'wide-parquet-worker'),
    WIDE_HEAP_MB,
  );

  private readonly conversions = new Serial();

  constructor(private readonly cloud: Cloud) {}

  /**
   * @param linesPath file of `LineConverter`'s lines, each with a newline at its end
   * @param folder folder for the files
   * @returns the files, in the order of the lines; usually one
   * @throws RefusedLines; Error for a full disk, or insufficient memory
   */
  write(linesPath: string, folder: string, columns: readonly Column[], settings: ParquetSerDe): Promise<string[]> {
    // One conversion at a time: two would share the memory and finish no sooner.
    return this.conversions.run('', () => this.writeNow(linesPath, folder, columns, settings));
  }

  private async writeNow(
    linesPath: string,
    folder: string,
    columns: readonly Column[],
    settings: ParquetSerDe,
  ): Promise<string[]> {
    if (countLeaves(columns) <= MAX_DUCKDB_LEAVES) {
      try {
        return [await this.writeByDuckdb(linesPath, join(folder, randomUUID()), columns, settings)];
      } catch (error) {
        if (isOutOfSpace(error)) throw error;
        this.cloud.options.log(`Parquet by DuckDB: ${(error as Error).message}; the other writer tries.`);
      }
    }
    const files: string[] = [];
    const refused = new Set<string>();
    await this.writeOrHalve(linesPath, { files, refused, folder, columns, settings }).catch((error: unknown) => {
      discard(files);
      throw error;
    });
    if (refused.size === 0) return files;
    discard(files);
    throw new RefusedLines(refused);
  }

  async close(): Promise<void> {
    await this.wide.close();
  }

  private async writeByDuckdb(
    linesPath: string,
    path: string,
    columns: readonly Column[],
    settings: ParquetSerDe,
  ): Promise<string> {
    const connection = await this.cloud.state(Duckdb).connect();
    try {
      await writeParquet(connection, linesPath, path, columns, settings);
      return path;
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      connection.closeSync();
    }
  }

  private async writeOrHalve(linesPath: string, work: Work): Promise<void> {
    try {
      work.files.push(...(await this.writeWide(linesPath, work)));
    } catch (error) {
      if (isOutOfSpace(error) || error instanceof WorkerNotStarted) throw error;
      const halves = halve(linesPath, work.folder);
      if (halves === undefined) {
        this.cloud.options.log(`A record can not be written as Parquet: ${(error as Error).message}`);
        work.refused.add(lineId(readLine(linesPath)));
        return;
      }
      try {
        for (const half of halves) await this.writeOrHalve(half, work);
      } finally {
        discard(halves);
      }
    }
  }

  private async writeWide(linesPath: string, { folder, columns, settings }: Work): Promise<string[]> {
    const files: string[] = [];
    const { size } = statSync(linesPath);
    try {
      for (let from = 0; from < size; ) {
        const parquetPath = join(folder, randomUUID());
        files.push(parquetPath);
        const compression = settings.Compression ?? 'SNAPPY';
        const { next } = await this.wide.ask({ linesPath, from, parquetPath, columns, compression });
        from = next;
      }
      return files;
    } catch (error) {
      discard(files);
      throw error;
    }
  }
}

interface Work {
  readonly files: string[];
  readonly refused: Set<string>;
  readonly folder: string;
  readonly columns: readonly Column[];
  readonly settings: ParquetSerDe;
}

function discard(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
}

/** Splits a file's lines into two files, at the line nearest to its middle; undefined for one line. */
function halve(path: string, folder: string): [string, string] | undefined {
  const { size } = statSync(path);
  const cuts = [Math.floor(size / 2), 0].map((position) => lineStartAfter(path, position));
  const cut = cuts.find((at) => at !== undefined && at < size);
  return cut === undefined ? undefined : [copy(path, folder, 0, cut), copy(path, folder, cut, size)];
}

/** Offset of the first line that begins after a position. */
function lineStartAfter(path: string, position: number): number | undefined {
  const file = openSync(path, 'r');
  const chunk = Buffer.allocUnsafe(COPY_BYTES);
  try {
    for (let at = position; ; at += COPY_BYTES) {
      const length = readSync(file, chunk, 0, COPY_BYTES, at);
      const found = chunk.subarray(0, length).indexOf(NEWLINE);
      if (found !== -1) return at + found + 1;
      if (length < COPY_BYTES) return undefined;
    }
  } finally {
    closeSync(file);
  }
}

function copy(path: string, folder: string, from: number, to: number): string {
  const target = join(folder, randomUUID());
  const [source, file] = [openSync(path, 'r'), openSync(target, 'w')];
  const chunk = Buffer.allocUnsafe(COPY_BYTES);
  try {
    for (let at = from; at < to; ) {
      const length = readSync(source, chunk, 0, Math.min(COPY_BYTES, to - at), at);
      for (let written = 0; written < length; ) written += writeSync(file, chunk, written, length - written);
      at += length;
    }
    return target;
  } finally {
    closeSync(source);
    closeSync(file);
  }
}

function readLine(path: string): Buffer {
  const file = openSync(path, 'r');
  const line = Buffer.alloc(Math.max(0, statSync(path).size - 1));
  try {
    for (let read = 0; read < line.length; ) read += readSync(file, line, read, line.length - read, read);
    return line;
  } finally {
    closeSync(file);
  }
}
