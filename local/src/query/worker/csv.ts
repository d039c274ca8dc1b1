import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { DuckDBDataChunk, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import type { Ask, PrintedColumn } from '../engine/protocol';
import { csvLine, quoted } from '../result/csv';
import { leavesOf } from '../tables/width';
import { parseTypeName } from '../types/parse';
import { readerOf } from '../values/physical';
import { resultPrinterOf } from '../values/print';
import { chunksOf } from './chunks';

/** Characters of a chunk written to the file, about. */
const PIECE = 1 << 18;

/**
 * Writes rows as Athena's CSV: every value quoted, NULL empty, a header first, `
 * ` after each line.
 * @returns the number of rows
 */
export async function writeCsv(
  { path, columns, append = false }: Pick<Ask<'csv'>, 'path' | 'columns' | 'append'>,
  result: DuckDBResult,
): Promise<number> {
  const formats = formattersOf(columns);
  const file = openSync(path, append ? 'a' : 'w');
  try {
    let rows = 0;
    let piece = append ? '' : csvLine(columns.map(({ name }) => name));
    for await (const chunk of chunksOf(result, leavesIn(columns))) {
      rows += chunk.rowCount;
      for (const line of csvLines(chunk, formats)) piece += `${line}\n`;
      if (piece.length < PIECE) continue;
      writeFileSync(file, piece);
      piece = '';
    }
    writeFileSync(file, piece);
    return rows;
  } finally {
    closeSync(file);
  }
}

/** Printers of columns' values, one function each. */
export const formattersOf = (columns: readonly PrintedColumn[]): Formatter[] =>
  columns.map(({ type: text }) => {
    const type = parseTypeName(text);
    const [read, print] = [readerOf(type), resultPrinterOf(type)];
    return (value) => print(read(value));
  });

export type Formatter = (value: DuckDBValue) => string;

export const leavesIn = (columns: readonly PrintedColumn[]): number =>
  columns.reduce((sum, { type }) => sum + leavesOf(parseTypeName(type)), 0);

/** A chunk's rows as lines, without line ends. */
export function csvLines(chunk: DuckDBDataChunk, formats: readonly Formatter[]): string[] {
  const columns = chunk.getColumns();
  return Array.from({ length: chunk.rowCount }, (_, row) => {
    let line = '';
    for (let column = 0; column < columns.length; column++) {
      const value = columns[column]?.[row] ?? null;
      if (column > 0) line += ',';
      if (value !== null) line += quoted((formats[column] as Formatter)(value));
    }
    return line;
  });
}
