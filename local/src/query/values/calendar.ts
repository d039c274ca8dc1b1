import { zoneFormat } from '../../core/zone-format';
import { invalidArgument } from './value';

/** Days, times and zones, by java.time's arithmetic, as in Trino. */
export const PICOS_PER_MILLI = 1_000_000_000n;
export const PICOS_PER_SECOND = 1_000_000_000_000n;
export const PICOS_PER_DAY = 86_400n * PICOS_PER_SECOND;
export const MILLIS_PER_DAY = 86_400_000;

/** Division that rounds down, for days before the epoch. */
export const floorDiv = (a: bigint, b: bigint): bigint => {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
};
export const floorMod = (a: bigint, b: bigint): bigint => a - floorDiv(a, b) * b;

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function civilOf(days: number): Civil {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 };
}

export const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export function daysInMonth(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since the epoch, or undefined for an invalid date. */
export function checkedDays(year: number, month: number, day: number): number | undefined {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
    ? daysOf(year, month, day)
    : undefined;
}

export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilOf(days);
  const total = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  return daysOf(y, m, Math.min(day, daysInMonth(y, m)));
}

/** Day of the week; 1 is Monday. */
export const dayOfWeek = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1;
export const dayOfYear = (days: number): number => days - daysOf(civilOf(days).year, 1, 1) + 1;

/** The ISO week of a day, and the week's year. */
export function isoWeek(days: number): { week: number; year: number } {
  const thursday = days - dayOfWeek(days) + 4;
  const { year } = civilOf(thursday);
  return { week: Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1, year };
}

const pad = (value: number | bigint, width = 2): string => String(value).padStart(width, '0');

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return pad(year, 4);
  return year < 0 ? `-${pad(-year, 4)}` : `+${year}`;
}

export function dateText(days: number): string {
  const { year, month, day } = civilOf(days);
  return `${yearText(year)}-${pad(month)}-${pad(day)}`;
}

/** A time of day as text, `21:35:54.123`, with the precision's number of digits. */
export function timeText(picos: bigint, precision: number): string {
  const seconds = Number(picos / PICOS_PER_SECOND);
  const clock = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return precision === 0 ? clock : `${clock}.${pad(picos % PICOS_PER_SECOND, 12).slice(0, precision)}`;
}

export function timestampText(picos: bigint, precision: number, separator = ' '): string {
  const days = floorDiv(picos, PICOS_PER_DAY);
  return `${dateText(Number(days))}${separator}${timeText(picos - days * PICOS_PER_DAY, precision)}`;
}

/** Rounds to a precision, half up, as Trino does. */
export function roundPicos(picos: bigint, precision: number): bigint {
  if (precision >= 12) return picos;
  const unit = 10n ** BigInt(12 - precision);
  return floorDiv(picos + unit / 2n, unit) * unit;
}

const FIXED = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/i;
const UTC =
  /^(?:UTC|Z|GMT|UT|Etc\/(?:UTC|GMT|UCT|Zulu|Universal|Greenwich|GMT[+-]?0)|GMT[+-]?0|Zulu|Universal|UCT|Greenwich)$/i;
const MAX_OFFSET = 14 * 60;

const canonical = new Map<string, string>();

/** A zone's name in Trino's notation. @throws ValueError for an unknown zone */
export function zoneName(name: string): string {
  const known = canonical.get(name);
  if (known !== undefined) return known;
  const found = findZone(name.trim());
  if (canonical.size < 10_000) canonical.set(name, found);
  return found;
}

function findZone(name: string): string {
  if (UTC.test(name)) return 'UTC';
  const fixed = FIXED.exec(name);
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3] ?? 0);
    if (minutes > MAX_OFFSET || Number(fixed[3] ?? 0) > 59) throw invalidArgument(`'${name}' is not a valid time zone`);
    return minutes === 0 ? 'UTC' : offsetName(fixed[1] === '-' ? -minutes : minutes);
  }
  try {
    zoneFormat(name);
    return name;
  } catch {
    throw invalidArgument(`'${name}' is not a valid time zone`);
  }
}

/** `+05:30` for 330 minutes. */
export function offsetName(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

const QUARTER = 900;
const offsets = new Map<string, number>();
const MAX_REMEMBERED = 50_000;

/** Seconds of a zone's offset from UTC at an instant, in seconds since the epoch. */
export function offsetAt(zone: string, seconds: number): number {
  if (zone === 'UTC') return 0;
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (fixed !== null) return (Number(fixed[2]) * 3600 + Number(fixed[3]) * 60) * (fixed[1] === '-' ? -1 : 1);
  // Offsets change at quarters of an hour only: one cache entry each.
  const quarter = Math.floor(seconds / QUARTER) * QUARTER;
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const found = localSeconds(zone, quarter) - quarter;
  if (offsets.size >= MAX_REMEMBERED) offsets.clear();
  offsets.set(key, found);
  return found;
}

const MAX_DATE_SECONDS = 8_640_000_000_000;

function localSeconds(zone: string, seconds: number): number {
  const within = Math.max(-MAX_DATE_SECONDS, Math.min(MAX_DATE_SECONDS, seconds));
  const parts: Record<string, string> = {};
  for (const { type, value } of zoneFormat(zone).formatToParts(within * 1000)) parts[type] = value;
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const days = daysOf(year, Number(parts.month), Number(parts.day));
  return (
    days * 86_400 + Number(parts.hour) * 3600 + Number(parts.minute) * 60 + Number(parts.second) + seconds - within
  );
}

/** Local time in a zone at an instant. */
export function toLocal(picos: bigint, zone: string): bigint {
  return picos + BigInt(offsetAt(zone, Number(floorDiv(picos, PICOS_PER_SECOND)))) * PICOS_PER_SECOND;
}

/** The instant of a local time in a zone: the earlier of two, or after the gap if there is none. */
export function fromLocal(local: bigint, zone: string): bigint {
  const seconds = Number(floorDiv(local, PICOS_PER_SECOND));
  const before = offsetAt(zone, seconds - 86_400);
  const after = offsetAt(zone, seconds + 86_400);
  const found = [before, after].find((offset) => offsetAt(zone, seconds - offset) === offset) ?? before;
  return local - BigInt(found) * PICOS_PER_SECOND;
}
