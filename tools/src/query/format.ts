import type { QueryRows } from './athena';

/** Output format of a result. */
export type ResultFormat = 'table' | 'csv' | 'json';

/** A result as text, with a newline at its end. */
export function formatRows(result: QueryRows, format: ResultFormat): string {
  if (format === 'csv') return csv(result);
  if (format === 'json') return result.rows.map((row) => `${JSON.stringify(object(result.columns, row))}\n`).join('');
  return table(result);
}

function object(columns: readonly string[], row: readonly (string | null)[]) {
  return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
}

function csv({ columns, rows }: QueryRows): string {
  const cell = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

function table({ columns, rows }: QueryRows): string {
  if (columns.length === 0) return rows.map((row) => `${row.join('\t')}\n`).join('');
  const clean = rows.map((row) => columns.map((_, index) => (row[index] ?? '').replace(/\s+/g, ' ')));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...clean.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    ` ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')}`.trimEnd();
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  return `${[line(columns), rule, ...clean.map(line)].join('\n')}\n(${rows.length} row${rows.length === 1 ? '' : 's'})\n`;
}
