import type { ResultPage } from './api';

/** A result as CSV by RFC 4180: every value quoted, quotes doubled; null is empty. */
export function toCsv(columns: ResultPage['columns'], rows: ResultPage['rows']): string {
  const line = (cells: readonly (string | null)[]) =>
    cells.map((cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',');
  return [line(columns.map(({ name }) => name)), ...rows.map(line), ''].join('\r\n');
}

const NUMBER = /^(tinyint|smallint|integer|bigint|real|float|double|decimal)/;

/**
 * A result as one line of JSON a row: numbers and booleans by the column's type, all other values as text. Numbers are
 * copied as text: a JavaScript number would round long ones.
 */
export function toJson(columns: ResultPage['columns'], rows: ResultPage['rows']): string {
  const value = (cell: string | null | undefined, type: string) => {
    if (cell === null || cell === undefined) return 'null';
    const bare = type === 'boolean' || (NUMBER.test(type) && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell));
    return bare ? cell : JSON.stringify(cell);
  };
  const line = (row: ResultPage['rows'][number]) =>
    `{${columns.map(({ name, type }, index) => `${JSON.stringify(name)}:${value(row[index], type)}`).join(',')}}\n`;
  return rows.map(line).join('');
}

/** Saves a text as a file, through the browser's download. */
export function download(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
