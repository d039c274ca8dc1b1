import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import { formatterOf } from './format';

/** Text is handed to the file in pieces of about this many characters. */
const PIECE = 1 << 18;

/**
 * Writes rows as Athena's CSV: every value in quotes, NULL as nothing, a header first, `\n` after each line.
 * @returns how many rows there were.
 */
export async function writeCsv(path: string, names: readonly string[], result: DuckDBResult): Promise<number> {
  const formats = result.columnTypes().map(formatterOf);
  const file = createWriteStream(path);
  const done = finished(file);
  // A write that fails ends the loop below through `done`; until it is awaited it must not count as unhandled.
  done.catch(() => {});
  let rows = 0;
  let piece = csvLine(names);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    rows += chunk.rowCount;
    piece += csvLines(chunk, formats);
    if (piece.length < PIECE) continue;
    const room = file.write(piece);
    piece = '';
    if (!room) await Promise.race([once(file, 'drain'), done]);
  }
  file.end(piece);
  await done;
  return rows;
}

function csvLines(chunk: DuckDBDataChunk, formats: readonly ReturnType<typeof formatterOf>[]): string {
  const columns = chunk.getColumns();
  let text = '';
  for (let row = 0; row < chunk.rowCount; row++) {
    for (let column = 0; column < columns.length; column++) {
      const value = columns[column]?.[row] ?? null;
      if (column > 0) text += ',';
      if (value !== null) text += quoted((formats[column] as ReturnType<typeof formatterOf>)(value));
    }
    text += '\n';
  }
  return text;
}

export function csvLine(values: readonly (string | undefined)[]): string {
  return `${values.map((value) => (value === undefined ? '' : quoted(value))).join(',')}\n`;
}

function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

/** Rows of Athena's CSV from a piece of text, and how many characters they took; a row that isn't whole is left. */
export function parseCsv(text: string, maxRows: number): { rows: (string | undefined)[][]; length: number } {
  const rows: (string | undefined)[][] = [];
  let [at, start] = [0, 0];
  while (rows.length < maxRows && at < text.length) {
    const row: (string | undefined)[] = [];
    start = at;
    for (;;) {
      if (text[at] !== '"') row.push(undefined);
      else {
        let end = text.indexOf('"', at + 1);
        while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
        if (end === -1) return { rows, length: start };
        row.push(text.slice(at + 1, end).replaceAll('""', '"'));
        at = end + 1;
      }
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] !== '\n') return { rows, length: start };
    at++;
    rows.push(row);
  }
  return { rows, length: at };
}
