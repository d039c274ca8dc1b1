import type { ResultPage } from './api';

/** RFC 4180: every value quoted, quotes doubled; null is empty. */
export function toCsv(columns: ResultPage['columns'], rows: ResultPage['rows']): string {
  const line = (cells: readonly (string | null)[]) =>
    cells.map((cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',');
  return [line(columns.map(({ name }) => name)), ...rows.map(line), ''].join('\r\n');
}

/** Saves a text as a file of the browser's. */
export function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
