/** A line of Athena's CSV; NULL is empty, without quotes. */
export function csvLine(values: readonly (string | undefined)[]): string {
  return `${values.map((value) => (value === undefined ? '' : quoted(value))).join(',')}\n`;
}

/** A value of Athena's CSV. */
export function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

/**
 * Parses rows of Athena's CSV from a chunk of text; returns them and the number of characters consumed. An incomplete
 * last row is left.
 */
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
