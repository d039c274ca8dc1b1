import {
  civilOf,
  dayOfWeek,
  dayOfYear,
  daysInMonth,
  daysOf,
  floorDiv,
  isoWeek,
  offsetName,
  PICOS_PER_DAY,
  PICOS_PER_SECOND,
} from '../values/calendar';
import { invalidArgument } from '../values/value';

/** Date patterns: MySQL's for date_format and date_parse, Joda's for format_datetime and parse_datetime. */
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The fields of a local time. */
interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly days: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly picos: bigint;
  readonly offset: number;
  readonly zone: string;
}

export function partsOf(local: bigint, offset = 0, zone = 'UTC'): Parts {
  const days = Number(floorDiv(local, PICOS_PER_DAY));
  const rest = local - BigInt(days) * PICOS_PER_DAY;
  const seconds = Number(rest / PICOS_PER_SECOND);
  return {
    ...civilOf(days),
    days,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    picos: rest % PICOS_PER_SECOND,
    offset,
    zone,
  };
}

/** Fields parsed so far. */
export interface Read {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  weekYear?: number;
  week?: number;
  weekday?: number;
  hour?: number;
  halfHour?: number;
  afternoon?: boolean;
  minute?: number;
  second?: number;
  picos?: bigint;
  /** Minutes east of UTC, or a zone's name. */
  zone?: number | string;
}

/** A part of a pattern, with its formatter and parser. */
interface Piece {
  readonly write: (parts: Parts) => string;
  /** Parses at a position and returns the end; undefined on failure. */
  readonly read: (text: string, at: number, into: Read) => number | undefined;
}

const pad = (value: number, width: number): string =>
  value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0');

type Setter = (into: Read, value: number) => void;
type NumberField = Exclude<keyof Read, 'afternoon' | 'picos' | 'zone'>;

/** Stores a parsed number in a field. */
const parsedAs =
  (field: NumberField): Setter =>
  (into, value) => {
    into[field] = value;
  };

/** A number. @param most most digits that are parsed */
function number(get: (parts: Parts) => number, set: Setter, width: number, most: number, signed = false): Piece {
  return {
    write: (parts) => pad(get(parts), width),
    read: (text, at, into) => {
      const match = new RegExp(`${signed ? '[+-]?' : ''}\\d{1,${most}}`, 'y');
      match.lastIndex = at;
      const found = match.exec(text)?.[0];
      if (found === undefined) return undefined;
      set(into, Number(found));
      return at + found.length;
    },
  };
}

/** A name, parsed in full or in short, as its number from 1. */
function name(names: readonly string[], short: boolean, get: (parts: Parts) => number, set: Setter): Piece {
  return {
    write: (parts) => {
      const full = names[get(parts)] as string;
      return short ? full.slice(0, 3) : full;
    },
    read: (text, at, into) => {
      const rest = text.slice(at).toLowerCase();
      for (const [index, full] of names.entries()) {
        const found = [full, full.slice(0, 3)].find((each) => rest.startsWith(each.toLowerCase()));
        if (found === undefined) continue;
        set(into, index + 1);
        return at + found.length;
      }
      return undefined;
    },
  };
}

const literal = (text: string): Piece => ({
  write: () => text,
  read: (input, at) => (input.startsWith(text, at) ? at + text.length : undefined),
});

const HALF: Piece = {
  write: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  read: (text, at, into) => {
    const found = text.slice(at, at + 2).toUpperCase();
    if (found !== 'AM' && found !== 'PM') return undefined;
    into.afternoon = found === 'PM';
    return at + 2;
  },
};

function fraction(digits: number): Piece {
  return {
    write: ({ picos }) => String(picos).padStart(12, '0').slice(0, digits).padEnd(digits, '0'),
    read: (text, at, into) => {
      const found = /^\d{1,9}/.exec(text.slice(at, at + Math.max(digits, 9)))?.[0];
      if (found === undefined) return undefined;
      into.picos = BigInt(found.padEnd(12, '0'));
      return at + found.length;
    },
  };
}

const twelve = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12);
const year4 = number(({ year }) => year, parsedAs('year'), 4, 9, true);
const year2: Piece = {
  write: ({ year }) => pad(((year % 100) + 100) % 100, 2),
  read: (text, at, into) => {
    const found = /^\d{2}/.exec(text.slice(at))?.[0];
    if (found === undefined) return undefined;
    into.year = Number(found) + (Number(found) < 70 ? 2000 : 1900);
    return at + 2;
  },
};
const month = (width: number) => number(({ month }) => month, parsedAs('month'), width, 2);
const day = (width: number) => number(({ day }) => day, parsedAs('day'), width, 2);
const hour = (width: number) => number(({ hour }) => hour, parsedAs('hour'), width, 2);
const halfHour = (width: number) => number(({ hour }) => twelve(hour), parsedAs('halfHour'), width, 2);
const minute = (width: number) => number(({ minute }) => minute, parsedAs('minute'), width, 2);
const second = (width: number) => number(({ second }) => second, parsedAs('second'), width, 2);
const ordinal = (width: number) => number(({ days }) => dayOfYear(days), parsedAs('dayOfYear'), width, 3);
const week = (width: number) => number(({ days }) => isoWeek(days).week, parsedAs('week'), width, 2);
const weekYear = number(({ days }) => isoWeek(days).year, parsedAs('weekYear'), 4, 9, true);
const monthName = (short: boolean) => name(MONTHS, short, ({ month }) => month - 1, parsedAs('month'));
const dayName = (short: boolean) => name(DAYS, short, ({ days }) => dayOfWeek(days) - 1, parsedAs('weekday'));

const MYSQL: Readonly<Record<string, readonly Piece[]>> = {
  a: [dayName(true)],
  b: [monthName(true)],
  c: [month(1)],
  d: [day(2)],
  e: [day(1)],
  f: [fraction(6)],
  H: [hour(2)],
  h: [halfHour(2)],
  I: [halfHour(2)],
  i: [minute(2)],
  j: [ordinal(3)],
  k: [hour(1)],
  l: [halfHour(1)],
  M: [monthName(false)],
  m: [month(2)],
  p: [HALF],
  r: [halfHour(2), literal(':'), minute(2), literal(':'), second(2), literal(' '), HALF],
  S: [second(2)],
  s: [second(2)],
  T: [hour(2), literal(':'), minute(2), literal(':'), second(2)],
  v: [week(2)],
  W: [dayName(false)],
  x: [weekYear],
  Y: [year4],
  y: [year2],
  '%': [literal('%')],
};
const MYSQL_UNSUPPORTED = 'DUuVwX';

const kept = new Map<string, readonly Piece[]>();

function remembered(key: string, make: () => Piece[]): readonly Piece[] {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const found = make();
  if (kept.size > 1000) kept.clear();
  kept.set(key, found);
  return found;
}

/** Compiles MySQL's pattern. @throws ValueError if Trino refuses it */
export const mysqlPattern = (pattern: string): readonly Piece[] =>
  remembered(`mysql ${pattern}`, () => {
    const pieces: Piece[] = [];
    for (let at = 0; at < pattern.length; at++) {
      const letter = pattern[at] as string;
      if (letter !== '%') {
        pieces.push(literal(letter));
        continue;
      }
      const code = pattern[++at];
      if (code === undefined) break;
      if (MYSQL_UNSUPPORTED.includes(code)) throw invalidArgument(`%${code} not supported in date format string`);
      pieces.push(...(MYSQL[code] ?? [literal(code)]));
    }
    return pieces;
  });

const offsetPiece = (colon: boolean): Piece => ({
  write: ({ offset }) => (colon ? offsetName(offset / 60) : offsetName(offset / 60).replace(':', '')),
  read: (text, at, into) => {
    const match = /^([+-])(\d{2}):?(\d{2})?/.exec(text.slice(at));
    if (match !== null) {
      into.zone = (Number(match[2]) * 60 + Number(match[3] ?? 0)) * (match[1] === '-' ? -1 : 1);
      return at + match[0].length;
    }
    if (text[at] !== 'Z') return undefined;
    into.zone = 0;
    return at + 1;
  },
});

const zonePiece: Piece = {
  write: ({ zone }) => zone,
  read: (text, at, into) => {
    const match = /^[A-Za-z][\w/+-]*/.exec(text.slice(at));
    if (match === null) return undefined;
    into.zone = match[0];
    return at + match[0].length;
  },
};

const shortZone: Piece = {
  write: ({ zone, offset }) => (zone === 'UTC' ? 'UTC' : /^[+-]/.test(zone) ? offsetName(offset / 60) : zone),
  read: zonePiece.read,
};

const constant = (text: string): Piece => ({
  write: () => text,
  read: (input, at) => (input.slice(at, at + text.length).toUpperCase() === text ? at + text.length : undefined),
});

function jodaPiece(letter: string, count: number): Piece {
  switch (letter) {
    case 'y':
    case 'Y':
      return count === 2 ? year2 : number(({ year }) => year, parsedAs('year'), count, 9, true);
    case 'x':
      return count === 2
        ? number(
            ({ days }) => isoWeek(days).year % 100,
            (into, value) => {
              into.weekYear = 2000 + value;
            },
            2,
            2,
          )
        : weekYear;
    case 'w':
      return week(count);
    case 'e':
      return number(({ days }) => dayOfWeek(days), parsedAs('weekday'), count, 1);
    case 'E':
      return dayName(count < 4);
    case 'D':
      return ordinal(count);
    case 'M':
      return count > 2 ? monthName(count === 3) : month(count);
    case 'd':
      return day(count);
    case 'a':
      return HALF;
    case 'K':
      return number(({ hour }) => hour % 12, parsedAs('halfHour'), count, 2);
    case 'h':
      return halfHour(count);
    case 'H':
      return hour(count);
    case 'k':
      return number(
        ({ hour }) => (hour === 0 ? 24 : hour),
        (into, value) => {
          into.hour = value % 24;
        },
        count,
        2,
      );
    case 'm':
      return minute(count);
    case 's':
      return second(count);
    case 'S':
      return fraction(count);
    case 'z':
      return shortZone;
    case 'Z':
      return count > 2 ? zonePiece : offsetPiece(count === 2);
    case 'G':
      return constant('AD');
    case 'C':
      return number(
        ({ year }) => Math.floor(year / 100),
        () => {},
        count,
        2,
      );
    default:
      throw invalidArgument(`Illegal pattern component: ${letter.repeat(count)}`);
  }
}

/** Compiles Joda's pattern. @throws ValueError if Joda refuses it */
export const jodaPattern = (pattern: string): readonly Piece[] =>
  remembered(`joda ${pattern}`, () => {
    const pieces: Piece[] = [];
    for (let at = 0; at < pattern.length; ) {
      const letter = pattern[at] as string;
      if (letter === "'") {
        const close = pattern.indexOf("'", at + 1);
        if (close === -1) throw invalidArgument(`Pattern has an unterminated quote: ${pattern}`);
        pieces.push(literal(close === at + 1 ? "'" : pattern.slice(at + 1, close)));
        at = close + 1;
      } else if (/[A-Za-z]/.test(letter)) {
        let count = 1;
        while (pattern[at + count] === letter) count++;
        pieces.push(jodaPiece(letter, count));
        at += count;
      } else {
        pieces.push(literal(letter));
        at++;
      }
    }
    return pieces;
  });

export const format = (pieces: readonly Piece[], parts: Parts): string =>
  pieces.map((piece) => piece.write(parts)).join('');

/** Parses a text. @returns undefined unless the whole text follows the pattern */
export function parse(pieces: readonly Piece[], text: string): Read | undefined {
  const into: Read = {};
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    // Adjacent numbers have as many digits as their pattern has letters.
    const next = piece.read(limit(text, at, pieces[index], pieces[index + 1]), at, into);
    if (next === undefined) return undefined;
    at = next;
  }
  return at === text.length ? into : undefined;
}

const SAMPLE = partsOf(10n * PICOS_PER_DAY);

function limit(text: string, at: number, piece: Piece | undefined, following: Piece | undefined): string {
  if (piece === undefined || following === undefined) return text;
  if (!/^\d+$/.test(piece.write(SAMPLE)) || !/^\d/.test(following.write(SAMPLE))) return text;
  return text.slice(0, at + piece.write(SAMPLE).length);
}

/** Local time of parsed fields, in picoseconds since the epoch; undefined for an invalid date. */
export function localOf(read: Read): bigint | undefined {
  const days = daysRead(read);
  const hours =
    read.hour ?? (read.halfHour === undefined ? 0 : (read.halfHour % 12) + (read.afternoon === true ? 12 : 0));
  const [minutes, seconds] = [read.minute ?? 0, read.second ?? 0];
  if (days === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return (
    BigInt(days) * PICOS_PER_DAY + BigInt(hours * 3600 + minutes * 60 + seconds) * PICOS_PER_SECOND + (read.picos ?? 0n)
  );
}

function daysRead(read: Read): number | undefined {
  if (read.week !== undefined || read.weekYear !== undefined) {
    const fourth = daysOf(read.weekYear ?? read.year ?? 1970, 1, 4);
    return fourth - dayOfWeek(fourth) + 1 + ((read.week ?? 1) - 1) * 7 + (read.weekday ?? 1) - 1;
  }
  const year = read.year ?? 1970;
  if (read.dayOfYear !== undefined) return daysOf(year, 1, 1) + read.dayOfYear - 1;
  const [monthRead, dayRead] = [read.month ?? 1, read.day ?? 1];
  if (monthRead < 1 || monthRead > 12 || dayRead < 1 || dayRead > daysInMonth(year, monthRead)) return undefined;
  return daysOf(year, monthRead, dayRead);
}
