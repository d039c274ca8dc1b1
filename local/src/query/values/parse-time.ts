import { checkedDays, fromLocal, PICOS_PER_DAY, PICOS_PER_SECOND, roundPicos, zoneName } from './calendar';
import { type OffsetTime, ValueError, type ZonedValue } from './value';

/** Dates and times as text, parsed as strictly as in Trino. All parsers return undefined for other text. */
const DATE = /^\s*([+-]?\d{4,10})-(\d{1,2})-(\d{1,2})\s*$/;
const TIMESTAMP =
  /^([+-]?\d{4,10})-(\d{1,2})-(\d{1,2})(?: (?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?\s*(.+)?)?$/;
const TIME = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?(?:\s*([+-])(\d{1,2}):(\d{2}))?$/;

export interface TimestampText {
  /** Local time, in picoseconds since the epoch. */
  readonly local: bigint;
  /** Number of digits of the seconds' fraction. */
  readonly precision: number;
  readonly zone?: string;
}

export function parseDate(text: string): number | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return year === undefined ? undefined : checkedDays(Number(year), Number(month), Number(day));
}

function clock(hour = '0', minute = '0', second = '0', fraction = ''): bigint | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  return seconds * PICOS_PER_SECOND + BigInt(fraction.padEnd(12, '0'));
}

/** Parses `2022-02-04 21:35:54.123 America/New_York`, with or without the zone, or a date alone. */
export function parseTimestamp(text: string): TimestampText | undefined {
  const match = TIMESTAMP.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const days = checkedDays(Number(year), Number(month), Number(day));
  const time = clock(hour, minute, second, fraction);
  if (days === undefined || time === undefined) return undefined;
  return { local: BigInt(days) * PICOS_PER_DAY + time, precision: fraction?.length ?? 0, zone: zone?.trim() };
}

/** Whether a text names a known zone. */
export function isZone(text: string): boolean {
  try {
    zoneName(text);
    return true;
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}

/** A timestamp with its zone. @throws ValueError for an unknown zone */
export function zonedOf({ local, zone = 'UTC' }: TimestampText): ZonedValue {
  const name = zoneName(zone);
  return { picos: fromLocal(local, name), zone: name };
}

export interface TimeText {
  readonly picos: bigint;
  readonly precision: number;
  /** Minutes east of UTC. */
  readonly offset?: number;
}

export function parseTime(text: string): TimeText | undefined {
  const match = TIME.exec(text.trim());
  if (match === null) return undefined;
  const [, hour, minute, second, fraction, sign, hours, minutes] = match;
  const picos = clock(hour, minute, second, fraction);
  if (picos === undefined) return undefined;
  const offset = sign === undefined ? undefined : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  if (offset !== undefined && (Math.abs(offset) > 14 * 60 || Number(minutes) > 59)) return undefined;
  return { picos, precision: fraction?.length ?? 0, offset };
}

/** A time of day rounded to a precision; past midnight it wraps around. */
export const roundTime = (picos: bigint, precision: number): bigint => roundPicos(picos, precision) % PICOS_PER_DAY;

/** Sort key of times with offsets: the instant, on one day. */
export const instantOf = ({ picos, offset }: OffsetTime): bigint => {
  const instant = picos - BigInt(offset) * 60n * PICOS_PER_SECOND;
  return ((instant % PICOS_PER_DAY) + PICOS_PER_DAY) % PICOS_PER_DAY;
};

const DAY_TIME_UNITS: Readonly<Record<string, bigint>> = {
  day: 86_400_000n,
  hour: 3_600_000n,
  minute: 60_000n,
  second: 1_000n,
};
const DAY_TIME_FIELDS = ['day', 'hour', 'minute', 'second'];

/** Parses `INTERVAL '1 2:03' DAY TO MINUTE`: months for a unit of years or months, else milliseconds as a bigint. */
export function parseInterval(text: string, unit: string): number | bigint | undefined {
  const [from = '', to = from] = unit.split(' to ');
  const match = /^\s*([+-]?)\s*(.*?)\s*$/.exec(text);
  const sign = match?.[1] === '-' ? -1 : 1;
  const body = match?.[2] ?? '';
  if (from === 'year' || from === 'month') {
    const parts = /^(\d+)(?:-(\d+))?$/.exec(body);
    if (parts === null || (parts[2] !== undefined) !== (from !== to)) return undefined;
    if (from === to) return sign * Number(parts[1]) * (from === 'year' ? 12 : 1);
    return sign * (Number(parts[1]) * 12 + Number(parts[2]));
  }
  if (from === 'week' && from === to)
    return /^\d+$/.test(body) ? BigInt(sign) * BigInt(body) * 7n * 86_400_000n : undefined;
  const [first, last] = [DAY_TIME_FIELDS.indexOf(from), DAY_TIME_FIELDS.indexOf(to)];
  if (first === -1 || last < first) return undefined;
  const parts = body.split(/[ :]/);
  if (parts.length > last - first + 1 || !/^\d+(?:[ :]\d+)*(?:\.\d{1,9})?$/.test(body)) return undefined;
  let millis = 0n;
  for (const [index, part] of parts.entries()) {
    const [whole = '', fraction] = part.split('.');
    const field = DAY_TIME_FIELDS[first + index] as string;
    if (fraction !== undefined && field !== 'second') return undefined;
    millis += BigInt(whole) * (DAY_TIME_UNITS[field] as bigint);
    if (fraction !== undefined) millis += BigInt(fraction.padEnd(3, '0').slice(0, 3));
  }
  return BigInt(sign) * millis;
}
