import { zoneFormat } from '../../../core/zone-format';

/** A pattern that isn't Java's, or uses an unsupported letter. */
export class TimePatternError extends Error {}

/** A time as local fields of some zone. */
interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  readonly offsetMinutes: number;
}

type Part = (fields: Fields) => string;

const pad = (value: number, width: number) => String(value).padStart(width, '0');
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const utc = (fields: Fields) => Date.UTC(fields.year, fields.month - 1, fields.day);
const dayOfYear = (fields: Fields) => (utc(fields) - Date.UTC(fields.year, 0, 1)) / 86_400_000 + 1;
const weekday = (fields: Fields) => new Date(utc(fields)).getUTCDay();
const number =
  (pick: (fields: Fields) => number) =>
  (width: number): Part =>
  (fields) =>
    pad(pick(fields), width);
const namePart =
  (names: readonly string[], index: (fields: Fields) => number, width: number): Part =>
  (fields) => {
    const name = names[index(fields)] as string;
    return width >= 4 ? name : name.slice(0, 3);
  };

/** Letters of Java's DateTimeFormatter that are useful in keys; `width` is the number of repetitions. */
const LETTERS: Readonly<Record<string, (width: number) => Part>> = {
  y: (width) => (fields) => (width === 2 ? pad(fields.year % 100, 2) : pad(fields.year, width)),
  u: (width) => (fields) => (width === 2 ? pad(fields.year % 100, 2) : pad(fields.year, width)),
  // Java's week-based year: around New Year, `YYYY` differs from `yyyy`.
  Y: (width) => (fields) => (width === 2 ? pad(weekBasedYear(fields) % 100, 2) : pad(weekBasedYear(fields), width)),
  M: (width) => (width >= 3 ? namePart(MONTHS, ({ month }) => month - 1, width) : number(({ month }) => month)(width)),
  L: (width) => (width >= 3 ? namePart(MONTHS, ({ month }) => month - 1, width) : number(({ month }) => month)(width)),
  d: number(({ day }) => day),
  D: number(dayOfYear),
  H: number(({ hour }) => hour),
  k: number(({ hour }) => (hour === 0 ? 24 : hour)),
  h: number(({ hour }) => (hour % 12 === 0 ? 12 : hour % 12)),
  K: number(({ hour }) => hour % 12),
  m: number(({ minute }) => minute),
  s: number(({ second }) => second),
  S: (width) => (fields) => pad(fields.millisecond, 3).padEnd(width, '0').slice(0, width),
  A: number(({ hour, minute, second, millisecond }) => ((hour * 60 + minute) * 60 + second) * 1000 + millisecond),
  a: () => (fields) => (fields.hour < 12 ? 'AM' : 'PM'),
  E: (width) => namePart(DAYS, weekday, width),
  Q: number(({ month }) => Math.ceil(month / 3)),
  w: number((fields) => weekOfYear(fields)),
  X: (width) => offset('Z', width),
  x: (width) => offset('', width),
  Z: () => offset('', 2),
};

/**
 * Compiles a pattern of Java's DateTimeFormatter, for Firehose's `!{timestamp:…}`.
 * @returns a function of milliseconds since the epoch and an IANA time zone
 * @throws TimePatternError
 */
export function compileTimePattern(pattern: string): (at: number, timeZone: string) => string {
  const parts = partsOf(pattern);
  return (at, timeZone) => {
    const fields = fieldsAt(at, timeZone);
    return parts.map((part) => part(fields)).join('');
  };
}

function partsOf(pattern: string): Part[] {
  if (pattern === '') throw new TimePatternError('The timestamp pattern is empty.');
  const parts: Part[] = [];
  for (let i = 0; i < pattern.length; ) {
    const letter = pattern.charAt(i);
    if (letter === "'") {
      const { text, end } = quoted(pattern, i);
      parts.push(() => text);
      i = end;
    } else if (/[A-Za-z]/.test(letter)) {
      let end = i + 1;
      while (pattern.charAt(end) === letter) end++;
      const make = LETTERS[letter];
      if (make === undefined) throw new TimePatternError(`Unknown pattern letter: ${letter}`);
      if (end - i > 9) throw new TimePatternError(`Too many pattern letters: ${letter}`);
      parts.push(make(end - i));
      i = end;
    } else {
      if ('{}#[]'.includes(letter)) throw new TimePatternError(`Pattern includes reserved character: '${letter}'`);
      parts.push(() => letter);
      i++;
    }
  }
  return parts;
}

/** Parses a quoted text; two quotes are a literal one. */
function quoted(pattern: string, start: number): { text: string; end: number } {
  let text = '';
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern.charAt(i) !== "'") text += pattern.charAt(i);
    else if (pattern.charAt(i + 1) === "'") {
      text += "'";
      i++;
    } else return { text: text === '' ? "'" : text, end: i + 1 };
  }
  throw new TimePatternError(`Pattern ends with an incomplete string literal: ${pattern}`);
}

function offset(zero: string, width: number): Part {
  return ({ offsetMinutes }) => {
    if (offsetMinutes === 0 && zero !== '') return zero;
    const sign = offsetMinutes < 0 ? '-' : '+';
    const hours = pad(Math.floor(Math.abs(offsetMinutes) / 60), 2);
    const minutes = pad(Math.abs(offsetMinutes) % 60, 2);
    if (width === 1 && minutes === '00') return `${sign}${hours}`;
    return `${sign}${hours}${width >= 3 ? ':' : ''}${minutes}`;
  };
}

/** ISO 8601's week: weeks begin on Monday, and week 1 has the year's first Thursday. */
function weekOfYear(fields: Fields): number {
  const thursday = new Date(utc(fields) + (3 - ((weekday(fields) + 6) % 7)) * 86_400_000);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * 86_400_000)) + 1;
}

function weekBasedYear(fields: Fields): number {
  return new Date(utc(fields) + (3 - ((weekday(fields) + 6) % 7)) * 86_400_000).getUTCFullYear();
}

function fieldsAt(at: number, timeZone: string): Fields {
  const found: Record<string, number> = {};
  for (const { type, value } of zoneFormat(timeZone).formatToParts(at)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  const whole = Math.floor(at / 1000) * 1000;
  const offsetMinutes = Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - whole) / 60_000);
  return { year, month, day, hour, minute, second, millisecond: at - whole, offsetMinutes };
}

/** Whether a time zone exists. */
export function isTimeZone(name: string): boolean {
  try {
    zoneFormat(name);
    return true;
  } catch {
    return false;
  }
}
