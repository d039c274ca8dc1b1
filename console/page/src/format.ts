/** Bytes with a binary unit: `1.2 MiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let size = value;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** A whole number with separators. */
export const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

/** Milliseconds as `350 ms`, `4.2 s` or `3 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds < 3_600_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}

/** Time since an ISO time, as `4.2 s ago`. */
export const ago = (iso: string): string => `${duration(Math.max(0, Date.now() - Date.parse(iso)))} ago`;

/** `1 row`, `2 rows`, and `5,000 or more rows` where not all were counted. */
export const plural = (value: number, noun: string, complete = true): string =>
  `${count(value)}${complete ? '' : ' or more'} ${noun}${value === 1 && complete ? '' : 's'}`;

/** Local time of day, hours and minutes. */
export const clock = (iso: string): string =>
  new Date(iso).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A cost, with enough digits for fractions of a cent. */
export const dollars = (value: number): string =>
  value === 0 ? 'free' : `$${value < 0.01 ? value.toFixed(6) : value.toFixed(2)}`;
