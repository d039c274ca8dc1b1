import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DuckDBDataChunk, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import type { Ask, PrintedColumn } from '../engine/protocol';
import { csvLine, quoted } from '../result/csv';
import { parseTypeName } from '../types/parse';
import { readerOf } from '../values/physical';
import { resultPrinterOf } from '../values/print';

/** Text is handed to the file in pieces of about this many characters. */
const PIECE = 1 << 18;

/**
 * Writes rows as Athena's CSV: every value in quotes, NULL as nothing, a header first, `\n` after each line.
 * @returns how many rows there were.
 */
export async function writeCsv(
  { path, columns, append = false }: Pick<Ask<'csv'>, 'path' | 'columns' | 'append'>,
  result: DuckDBResult,
): Promise<number> {
  const formats = columns.map(formatterOf);
  const file = createWriteStream(path, { flags: append ? 'a' : 'w' });
  const done = finished(file);
  // A write that fails ends the loop below through `done`; until it is awaited it must not count as unhandled.
  done.catch(() => {});
  let rows = 0;
  let piece = append ? '' : csvLine(columns.map(({ name }) => name));
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

/** How a column's values are printed. */
function formatterOf({ type: text }: PrintedColumn): (value: DuckDBValue) => string {
  const type = parseTypeName(text);
  const [read, print] = [readerOf(type), resultPrinterOf(type)];
  return (value) => print(read(value));
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
