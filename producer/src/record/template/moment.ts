import type { EventClock } from '../clock';

/** An unsupported date format; the message names the part. */
export class FormatError extends Error {}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The parts of a time, in local time or UTC. */
interface Parts {
  /** Microseconds since 1970. */
  readonly micros: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

const ordinal = (value: number): string => {
  const tens = Math.floor(value / 10) % 10;
  return `${value}${tens === 1 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')}`;
};

const dayOfYear = ({ year, month, day }: Parts): number =>
  Math.round((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;

const zone = (offset: number, separator: string): string => {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${separator}${pad(minutes % 60, 2)}`;
};

/** Moment's tokens ("Display", Moment.js documentation), without those that depend on a locale or count weeks. */
const TOKENS: Readonly<Record<string, (parts: Parts) => string>> = {
  YYYY: ({ year }) => pad(year, 4),
  YY: ({ year }) => pad(year % 100, 2),
  Y: ({ year }) => String(year),
  Q: ({ month }) => String(Math.floor(month / 3) + 1),
  MMMM: ({ month }) => MONTHS[month] as string,
  MMM: ({ month }) => (MONTHS[month] as string).slice(0, 3),
  MM: ({ month }) => pad(month + 1, 2),
  Mo: ({ month }) => ordinal(month + 1),
  M: ({ month }) => String(month + 1),
  DDDD: (parts) => pad(dayOfYear(parts), 3),
  DDD: (parts) => String(dayOfYear(parts)),
  DD: ({ day }) => pad(day, 2),
  Do: ({ day }) => ordinal(day),
  D: ({ day }) => String(day),
  dddd: ({ weekday }) => DAYS[weekday] as string,
  ddd: ({ weekday }) => (DAYS[weekday] as string).slice(0, 3),
  dd: ({ weekday }) => (DAYS[weekday] as string).slice(0, 2),
  d: ({ weekday }) => String(weekday),
  E: ({ weekday }) => String(weekday || 7),
  HH: ({ hour }) => pad(hour, 2),
  H: ({ hour }) => String(hour),
  hh: ({ hour }) => pad(hour % 12 || 12, 2),
  h: ({ hour }) => String(hour % 12 || 12),
  kk: ({ hour }) => pad(hour || 24, 2),
  k: ({ hour }) => String(hour || 24),
  mm: ({ minute }) => pad(minute, 2),
  m: ({ minute }) => String(minute),
  ss: ({ second }) => pad(second, 2),
  s: ({ second }) => String(second),
  A: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  a: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  Z: ({ offset }) => zone(offset, ':'),
  ZZ: ({ offset }) => zone(offset, ''),
  X: ({ micros }) => String(Math.floor(micros / 1_000_000)),
  x: ({ micros }) => String(Math.floor(micros / 1_000)),
};

/** The supported tokens, for the documentation. */
export const MOMENT_TOKENS: readonly string[] = [...Object.keys(TOKENS), 'S…', '[text]'];

type Piece = string | ((parts: Parts) => string);

/** Pieces of a format: longest tokens first, as in Moment; text in brackets is literal. */
const PIECE = /\[([^\]]*)\]|(Mo|Do|Qo|DDDo|do|wo|Wo)|([A-Za-z])\3*/g;

/**
 * Creates a function that writes the clock's time in Moment's format.
 * @throws FormatError for an unknown token: Moment would print it literally, or in the browser's language
 */
export function momentFormat(format: string, utc: boolean): (clock: EventClock) => string {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of format.matchAll(PIECE)) {
    pieces.push(format.slice(at, match.index));
    at = match.index + match[0].length;
    pieces.push(match[1] ?? piece(match[0], format));
  }
  pieces.push(format.slice(at));
  return (clock) => {
    const parts = partsOf(clock.now(), utc);
    return pieces.map((one) => (typeof one === 'string' ? one : one(parts))).join('');
  };
}

function piece(token: string, format: string): Piece {
  const known = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined;
  if (known !== undefined) return known;
  // Fractions of a second are truncated, not rounded.
  if (/^S{1,9}$/.test(token)) return ({ micros }) => `${pad(micros % 1_000_000, 6)}000`.slice(0, token.length);
  throw new FormatError(
    `"${token}" in the format "${format}" is not supported (write [${token}] for the letters themselves)`,
  );
}

function partsOf(micros: number, utc: boolean): Parts {
  const date = new Date(Math.floor(micros / 1000));
  const offset = utc ? 0 : -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + offset * 60_000);
  return {
    micros,
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    offset,
  };
}
