import type { TrinoType } from '../../types/type';
import {
  addMonths,
  civilOf,
  dateText,
  dayOfWeek,
  dayOfYear,
  daysInMonth,
  daysOf,
  floorDiv,
  floorMod,
  fromLocal,
  isoWeek,
  offsetAt,
  offsetName,
  PICOS_PER_DAY,
  PICOS_PER_MILLI,
  PICOS_PER_SECOND,
  roundPicos,
  timestampText,
  toLocal,
  zoneName,
} from '../../values/calendar';
import { castOf } from '../../values/cast';
import { parseDate } from '../../values/parse-time';
import {
  invalidArgument,
  invalidCast,
  type OffsetTime,
  outOfRange,
  type Value,
  type ZonedValue,
} from '../../values/value';
import { type FunctionRow, scalar, script, scriptFor } from '../row';
import { format, jodaPattern, localOf, mysqlPattern, parse, partsOf, type Read } from '../time-formats';

const PICOS: Readonly<Record<string, bigint>> = {
  millisecond: PICOS_PER_MILLI,
  second: PICOS_PER_SECOND,
  minute: 60n * PICOS_PER_SECOND,
  hour: 3600n * PICOS_PER_SECOND,
  day: PICOS_PER_DAY,
  week: 7n * PICOS_PER_DAY,
};
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** Name of a time type's family, for messages. */
const fieldName = (type: TrinoType): string =>
  type.kind === 'date' ? 'DATE' : type.kind.startsWith('timestamp') ? 'TIMESTAMP' : 'TIME';
const UNITS: Readonly<Record<string, string>> = {
  DATE: 'day week month quarter year',
  TIMESTAMP: 'millisecond second minute hour day week month quarter year',
  TIME: 'millisecond second minute hour',
};

function unitOf(text: string, type: TrinoType): string {
  const unit = text.toLowerCase();
  if ((UNITS[fieldName(type)] as string).split(' ').includes(unit)) return unit;
  throw invalidArgument(`'${text}' is not a valid ${fieldName(type)} field`);
}

const zonedAt = (value: ZonedValue, change: (local: bigint) => bigint): ZonedValue => ({
  picos: fromLocal(change(toLocal(value.picos, value.zone)), value.zone),
  zone: value.zone,
});

function shiftMonths(local: bigint, months: bigint): bigint {
  const days = floorDiv(local, PICOS_PER_DAY);
  if (months > 2_147_483_647n || months < -2_147_483_648n) throw outOfRange(`Value cannot fit in an int: ${months}`);
  return BigInt(addMonths(Number(days), Number(months))) * PICOS_PER_DAY + (local - days * PICOS_PER_DAY);
}

function add(unit: string, amount: bigint, value: Value, type: TrinoType): Value {
  const field = unitOf(unit, type);
  const months = MONTHS[field];
  switch (type.kind) {
    case 'date':
      if (months !== undefined) return addMonths(value as number, Number(amount) * months);
      return (value as number) + Number(amount) * (field === 'week' ? 7 : 1);
    case 'timestamp':
      return months === undefined
        ? roundPicos((value as bigint) + amount * (PICOS[field] as bigint), type.precision)
        : shiftMonths(value as bigint, amount * BigInt(months));
    case 'timestamp with time zone':
      if (months !== undefined || field === 'day' || field === 'week') {
        return zonedAt(value as ZonedValue, (local) =>
          months === undefined
            ? local + amount * (PICOS[field] as bigint)
            : shiftMonths(local, amount * BigInt(months)),
        );
      }
      return {
        ...(value as ZonedValue),
        picos: roundPicos((value as ZonedValue).picos + amount * (PICOS[field] as bigint), type.precision),
      };
    case 'time with time zone':
      return {
        ...(value as OffsetTime),
        picos:
          roundPicos(
            floorMod((value as OffsetTime).picos + amount * (PICOS[field] as bigint), PICOS_PER_DAY),
            type.precision,
          ) % PICOS_PER_DAY,
      };
    default:
      return (
        roundPicos(
          floorMod((value as bigint) + amount * (PICOS[field] as bigint), PICOS_PER_DAY),
          (type as { precision: number }).precision,
        ) % PICOS_PER_DAY
      );
  }
}

/** Number of whole months between two times. */
function monthsBetween(from: bigint, to: bigint): bigint {
  if (from > to) return -monthsBetween(to, from);
  const [a, b] = [civilOf(Number(floorDiv(from, PICOS_PER_DAY))), civilOf(Number(floorDiv(to, PICOS_PER_DAY)))];
  let months = BigInt((b.year - a.year) * 12 + b.month - a.month);
  if (shiftMonths(from, months) > to) months -= 1n;
  return months;
}

function difference(unit: string, from: Value, to: Value, type: TrinoType): bigint {
  const field = unitOf(unit, type);
  const months = MONTHS[field];
  let [a, b] = [from as bigint, to as bigint];
  if (type.kind === 'date') [a, b] = [BigInt(from as number) * PICOS_PER_DAY, BigInt(to as number) * PICOS_PER_DAY];
  if (type.kind === 'timestamp with time zone') {
    const { zone } = from as ZonedValue;
    const whole = months !== undefined || field === 'day' || field === 'week';
    [a, b] = [(from as ZonedValue).picos, (to as ZonedValue).picos];
    if (whole) [a, b] = [toLocal(a, zone), toLocal(b, zone)];
  }
  if (type.kind === 'time with time zone') {
    [a, b] = [from, to].map((each) =>
      floorMod(
        (each as OffsetTime).picos - BigInt((each as OffsetTime).offset) * 60n * PICOS_PER_SECOND,
        PICOS_PER_DAY,
      ),
    ) as [bigint, bigint];
  }
  return months === undefined ? (b - a) / (PICOS[field] as bigint) : monthsBetween(a, b) / BigInt(months);
}

function truncateLocal(local: bigint, field: string): bigint {
  const days = Number(floorDiv(local, PICOS_PER_DAY));
  const { year, month } = civilOf(days);
  switch (field) {
    case 'year':
      return BigInt(daysOf(year, 1, 1)) * PICOS_PER_DAY;
    case 'quarter':
      return BigInt(daysOf(year, Math.floor((month - 1) / 3) * 3 + 1, 1)) * PICOS_PER_DAY;
    case 'month':
      return BigInt(daysOf(year, month, 1)) * PICOS_PER_DAY;
    case 'week':
      return BigInt(days - dayOfWeek(days) + 1) * PICOS_PER_DAY;
    default: {
      const unit = PICOS[field] as bigint;
      return floorDiv(local, unit) * unit;
    }
  }
}

function truncate(unit: string, value: Value, type: TrinoType): Value {
  const field = unitOf(unit, type);
  switch (type.kind) {
    case 'date':
      return Number(truncateLocal(BigInt(value as number) * PICOS_PER_DAY, field) / PICOS_PER_DAY);
    case 'timestamp with time zone': {
      const { picos, zone } = value as ZonedValue;
      if (field === 'millisecond' || field === 'second') return { picos: truncateLocal(picos, field), zone };
      if (field === 'minute' || field === 'hour') {
        // The value's own offset: an ambiguous hour at the end of summer time keeps it.
        const offset = toLocal(picos, zone) - picos;
        return { picos: truncateLocal(picos + offset, field) - offset, zone };
      }
      return zonedAt(value as ZonedValue, (local) => truncateLocal(local, field));
    }
    case 'time with time zone':
      return { ...(value as OffsetTime), picos: truncateLocal((value as OffsetTime).picos, field) };
    default:
      return truncateLocal(value as bigint, field);
  }
}

const TIME_TYPES = ['date', 'timestamp(p)', 'timestamp(p) with time zone', 'time(p)', 'time(p) with time zone'];

const UNIT_FUNCTIONS: readonly FunctionRow[] = TIME_TYPES.flatMap((type) => [
  scalar(
    `date_add(varchar, bigint, ${type}) -> ${type}`,
    scriptFor(
      ([, , of]) =>
        (unit: string, amount: bigint, value: Value) =>
          add(unit, amount, value, of as TrinoType),
    ),
  ),
  scalar(
    `date_diff(varchar, ${type}, ${type}) -> bigint`,
    scriptFor(
      ([, of]) =>
        (unit: string, from: Value, to: Value) =>
          difference(unit, from, to, of as TrinoType),
    ),
  ),
  scalar(
    `date_trunc(varchar, ${type}) -> ${type}`,
    scriptFor(
      ([, of]) =>
        (unit: string, value: Value) =>
          truncate(unit, value, of as TrinoType),
    ),
  ),
]);

/** Local time of a value, in picoseconds since the epoch or since midnight. */
function localPicos(value: Value, { kind }: TrinoType): bigint {
  switch (kind) {
    case 'date':
      return BigInt(value as number) * PICOS_PER_DAY;
    case 'timestamp with time zone':
      return toLocal((value as ZonedValue).picos, (value as ZonedValue).zone);
    case 'time with time zone':
      return (value as OffsetTime).picos;
    default:
      return value as bigint;
  }
}

const daysFrom = (local: bigint): number => Number(floorDiv(local, PICOS_PER_DAY));
type Field = (local: bigint) => number | bigint;
const DATE_FIELDS: Readonly<Record<string, Field>> = {
  year: (local) => civilOf(daysFrom(local)).year,
  quarter: (local) => Math.floor((civilOf(daysFrom(local)).month - 1) / 3) + 1,
  month: (local) => civilOf(daysFrom(local)).month,
  week: (local) => isoWeek(daysFrom(local)).week,
  week_of_year: (local) => isoWeek(daysFrom(local)).week,
  year_of_week: (local) => isoWeek(daysFrom(local)).year,
  yow: (local) => isoWeek(daysFrom(local)).year,
  day: (local) => civilOf(daysFrom(local)).day,
  day_of_month: (local) => civilOf(daysFrom(local)).day,
  day_of_week: (local) => dayOfWeek(daysFrom(local)),
  dow: (local) => dayOfWeek(daysFrom(local)),
  day_of_year: (local) => dayOfYear(daysFrom(local)),
  doy: (local) => dayOfYear(daysFrom(local)),
};
const TIME_FIELDS: Readonly<Record<string, Field>> = {
  hour: (local) => floorMod(floorDiv(local, 3600n * PICOS_PER_SECOND), 24n),
  minute: (local) => floorMod(floorDiv(local, 60n * PICOS_PER_SECOND), 60n),
  second: (local) => floorMod(floorDiv(local, PICOS_PER_SECOND), 60n),
  millisecond: (local) => floorMod(floorDiv(local, PICOS_PER_MILLI), 1000n),
};

/** Fields that DuckDB computes from its own types, at full speed. */
const NATIVE: Readonly<Record<string, string>> = {
  year: 'year($1)',
  quarter: 'quarter($1)',
  month: 'month($1)',
  week: 'weekofyear($1)',
  week_of_year: 'weekofyear($1)',
  year_of_week: 'isoyear($1)',
  yow: 'isoyear($1)',
  day: 'day($1)',
  day_of_month: 'day($1)',
  day_of_week: 'isodow($1)',
  dow: 'isodow($1)',
  day_of_year: 'dayofyear($1)',
  doy: 'dayofyear($1)',
};

function fieldRow(name: string, field: Field, type: string): FunctionRow {
  const native = NATIVE[name];
  if (type === 'date' && native !== undefined) return scalar(`${name}(date) -> bigint`, `CAST(${native} AS BIGINT)`);
  return scalar(
    `${name}(${type}) -> bigint`,
    scriptFor(
      ([of]) =>
        (value: Value) =>
          BigInt(field(localPicos(value, of as TrinoType))),
    ),
  );
}

const INTERVAL_FIELDS: readonly FunctionRow[] = [
  scalar(
    'year(interval year to month) -> bigint',
    script((months: number) => BigInt(Math.trunc(months / 12))),
  ),
  scalar(
    'month(interval year to month) -> bigint',
    script((months: number) => BigInt(months % 12)),
  ),
  ...['day', 'day_of_month'].map((name) =>
    scalar(
      `${name}(interval day to second) -> bigint`,
      script((millis: bigint) => millis / 86_400_000n),
    ),
  ),
  scalar(
    'hour(interval day to second) -> bigint',
    script((millis: bigint) => (millis / 3_600_000n) % 24n),
  ),
  scalar(
    'minute(interval day to second) -> bigint',
    script((millis: bigint) => (millis / 60_000n) % 60n),
  ),
  scalar(
    'second(interval day to second) -> bigint',
    script((millis: bigint) => (millis / 1_000n) % 60n),
  ),
  scalar(
    'millisecond(interval day to second) -> bigint',
    script((millis: bigint) => millis % 1_000n),
  ),
];

const FIELDS: readonly FunctionRow[] = [
  ...Object.entries(DATE_FIELDS).flatMap(([name, field]) =>
    ['date', 'timestamp(p)', 'timestamp(p) with time zone'].map((type) => fieldRow(name, field, type)),
  ),
  ...Object.entries(TIME_FIELDS).flatMap(([name, field]) =>
    ['timestamp(p)', 'timestamp(p) with time zone', 'time(p)', 'time(p) with time zone'].map((type) =>
      fieldRow(name, field, type),
    ),
  ),
  // Refuses time fields of a date, which could be cast to a timestamp.
  ...Object.keys(TIME_FIELDS).map((name) => scalar(`${name}(date) -> bigint`, 'NULL', { refused: true })),
  ...INTERVAL_FIELDS,
  ...['timezone_hour', 'timezone_minute'].flatMap((name) => {
    const part = (minutes: number) => BigInt(name === 'timezone_hour' ? Math.trunc(minutes / 60) : minutes % 60);
    return [
      scalar(
        `${name}(timestamp(p) with time zone) -> bigint`,
        script(({ picos, zone }: ZonedValue) => part(offsetAt(zone, Number(floorDiv(picos, PICOS_PER_SECOND))) / 60)),
      ),
      scalar(
        `${name}(time(p) with time zone) -> bigint`,
        script(({ offset }: OffsetTime) => part(offset)),
      ),
    ];
  }),
  scalar(
    'timezone(timestamp(p) with time zone) -> varchar',
    script(({ zone }: ZonedValue) => zone),
  ),
  scalar(
    'timezone(time(p) with time zone) -> varchar',
    script(({ offset }: OffsetTime) => offsetName(offset)),
  ),
];

/** Rounds a time to milliseconds, Joda's precision. */
function toMillis(value: Value, type: TrinoType): Value {
  if (type.kind === 'timestamp') return roundPicos(value as bigint, 3);
  if (type.kind !== 'timestamp with time zone') return value;
  return { ...(value as ZonedValue), picos: roundPicos((value as ZonedValue).picos, 3) };
}

function partsFor(value: Value, type: TrinoType) {
  if (type.kind !== 'timestamp with time zone') return partsOf(localPicos(value, type));
  const { picos, zone } = value as ZonedValue;
  return partsOf(toLocal(picos, zone), offsetAt(zone, Number(floorDiv(picos, PICOS_PER_SECOND))), zone);
}

function zonedRead(read: Read): ZonedValue | undefined {
  const local = localOf(read);
  if (local === undefined) return undefined;
  const zone =
    read.zone === undefined ? 'UTC' : zoneName(typeof read.zone === 'number' ? offsetName(read.zone) : read.zone);
  return { picos: roundPicos(fromLocal(local, zone), 3), zone };
}

const FORMATS: readonly FunctionRow[] = [
  ...['date', 'timestamp(p)', 'timestamp(p) with time zone'].flatMap((type) => [
    scalar(
      `date_format(${type}, varchar) -> varchar`,
      scriptFor(
        ([of]) =>
          (value: Value, pattern: string) =>
            format(mysqlPattern(pattern), partsFor(value, of as TrinoType)),
      ),
    ),
    scalar(
      `format_datetime(${type}, varchar) -> varchar`,
      scriptFor(([of]) => (value: Value, pattern: string) => {
        if ((of as TrinoType).kind === 'timestamp' && /[zZ]/.test(pattern.replaceAll(/'[^']*'/g, '')))
          throw invalidArgument(
            "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information",
          );
        return format(jodaPattern(pattern), partsFor(toMillis(value, of as TrinoType), of as TrinoType));
      }),
    ),
  ]),
  scalar(
    'date_parse(varchar, varchar) -> timestamp(3)',
    script((text: string, pattern: string) => {
      const read = parse(mysqlPattern(pattern), text);
      const local = read && localOf(read);
      if (local === undefined) throw invalidArgument(`Invalid format: "${text}"`);
      return roundPicos(local, 3);
    }),
  ),
  scalar(
    'parse_datetime(varchar, varchar) -> timestamp(3) with time zone',
    script((text: string, pattern: string) => {
      const read = parse(jodaPattern(pattern), text);
      const found = read && zonedRead(read);
      if (found === undefined) throw invalidArgument(`Invalid format: "${text}"`);
      return found;
    }),
  ),
];

const ISO =
  /^([+-]?\d{4,6})(?:-(?:(\d{1,2})(?:-(\d{1,2}))?|W(\d{1,2})(?:-(\d))?|(\d{3})))?(?:T(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,12}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** Parses ISO 8601, with its zone. */
function isoRead(text: string): Read | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, week, weekday, ordinal, hour, minute, second, fraction, zone] = match;
  const number = (part: string | undefined) => (part === undefined ? undefined : Number(part));
  return {
    ...(week === undefined
      ? { year: Number(year) }
      : { weekYear: Number(year), week: Number(week), weekday: number(weekday) }),
    month: number(month),
    day: number(day),
    dayOfYear: number(ordinal),
    hour: number(hour),
    minute: number(minute),
    second: number(second),
    picos: fraction === undefined ? undefined : BigInt(fraction.padEnd(12, '0')),
    zone:
      zone === undefined
        ? undefined
        : zone === 'Z'
          ? 0
          : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0)) *
            (zone.startsWith('-') ? -1 : 1),
  };
}

const isoTimestamp = (digits: number) =>
  script((text: string) => {
    const read = isoRead(text);
    const local = read && localOf(read);
    if (local === undefined) throw invalidArgument(`Invalid format: "${text}"`);
    const zone = read?.zone === undefined ? 'UTC' : zoneName(offsetName(read.zone as number));
    return {
      picos:
        digits === 3
          ? floorDiv(fromLocal(local, zone), PICOS_PER_MILLI) * PICOS_PER_MILLI
          : roundPicos(fromLocal(local, zone), digits),
      zone,
    };
  });

const isoText = (local: bigint, precision: number, zone: string): string =>
  `${timestampText(local, precision, 'T')}${zone}`;

function zonedIso({ picos, zone }: ZonedValue, precision: number): string {
  const offset = offsetAt(zone, Number(floorDiv(picos, PICOS_PER_SECOND)));
  return isoText(toLocal(picos, zone), precision, offset === 0 ? 'Z' : offsetName(offset / 60));
}

const UNIX: readonly FunctionRow[] = [
  scalar(
    'from_unixtime(double) -> timestamp(3) with time zone',
    script((seconds: number) => ({ picos: millisOf(seconds), zone: 'UTC' })),
  ),
  scalar(
    'from_unixtime(double, varchar) -> timestamp(3) with time zone',
    script((seconds: number, zone: string) => ({ picos: millisOf(seconds), zone: zoneName(zone) })),
  ),
  scalar(
    'from_unixtime(double, bigint, bigint) -> timestamp(3) with time zone',
    script((seconds: number, hours: bigint, minutes: bigint) => ({
      picos: millisOf(seconds),
      zone: zoneName(offsetName(Number(hours) * 60 + Number(minutes))),
    })),
  ),
  scalar(
    'from_unixtime_nanos(bigint) -> timestamp(9) with time zone',
    script((nanos: bigint) => ({ picos: nanos * 1_000n, zone: 'UTC' })),
  ),
  scalar(
    'from_unixtime_nanos(decimal(p,s)) -> timestamp(9) with time zone',
    scriptFor(([type]) => (value: bigint) => ({
      picos: roundPicos((value * 1_000n) / 10n ** BigInt((type as { scale: number }).scale), 9),
      zone: 'UTC',
    })),
  ),
  scalar(
    'to_unixtime(timestamp(p)) -> double',
    script((picos: bigint) => unixOf(picos)),
  ),
  scalar(
    'to_unixtime(timestamp(p) with time zone) -> double',
    script(({ picos }: ZonedValue) => unixOf(picos)),
  ),
  scalar('to_milliseconds(interval day to second) -> bigint', '$1'),
  scalar('parse_duration(varchar) -> interval day to second', script(parseDuration)),
  scalar('human_readable_seconds(double) -> varchar', script(humanSeconds)),
];

const unixOf = (picos: bigint): number =>
  Number(floorDiv(picos, PICOS_PER_SECOND)) + Number(floorMod(picos, PICOS_PER_SECOND)) / 1e12;

function millisOf(seconds: number): bigint {
  const millis = Math.round(seconds * 1000);
  if (!Number.isFinite(millis)) throw invalidArgument(`Cannot convert ${seconds} to a timestamp`);
  return BigInt(millis) * PICOS_PER_MILLI;
}

const DURATIONS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

function parseDuration(text: string): bigint {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : DURATIONS[match[2]];
  if (match === null) throw invalidArgument(`duration is not a valid data duration string: ${text}`);
  if (unit === undefined) throw invalidArgument(`Unknown time unit: ${match[2]}`);
  return BigInt(Math.round(Number(match[1]) * unit));
}

function humanSeconds(value: number): string {
  if (!Number.isFinite(value))
    throw invalidArgument(
      `Invalid argument found: ${Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'}`,
    );
  let rest = Math.abs(Math.round(value));
  const parts: string[] = [];
  for (const [name, size] of [
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(', ');
}

function toDate(value: Value, type: TrinoType): Value {
  return (castOf(type, { kind: 'date' }, { now: 0 }) as (value: Value) => Value)(value);
}

/** Dates and times ("Date and time functions and operators"). */
export const DATES: readonly FunctionRow[] = [
  ...UNIT_FUNCTIONS,
  ...FIELDS,
  ...FORMATS,
  ...UNIX,
  scalar(
    'date(varchar) -> date',
    script((text: string) => {
      const found = parseDate(text);
      if (found === undefined) throw invalidCast(`Value cannot be cast to date: ${text}`);
      return found;
    }),
  ),
  ...['timestamp(p)', 'timestamp(p) with time zone'].map((type) =>
    scalar(
      `date(${type}) -> date`,
      scriptFor(
        ([of]) =>
          (value: Value) =>
            toDate(value, of as TrinoType),
      ),
    ),
  ),
  scalar('date(date) -> date', '$1'),
  ...['date', 'timestamp(p)', 'timestamp(p) with time zone'].map((type) =>
    scalar(
      `last_day_of_month(${type}) -> date`,
      scriptFor(([of]) => (value: Value) => {
        const { year, month } = civilOf(daysFrom(localPicos(value, of as TrinoType)));
        return daysOf(year, month, daysInMonth(year, month));
      }),
    ),
  ),
  scalar('from_iso8601_timestamp(varchar) -> timestamp(3) with time zone', isoTimestamp(3)),
  scalar('from_iso8601_timestamp_nanos(varchar) -> timestamp(9) with time zone', isoTimestamp(9)),
  scalar(
    'from_iso8601_date(varchar) -> date',
    script((text: string) => {
      const read = isoRead(text);
      const local = read === undefined || text.includes('T') ? undefined : localOf(read);
      if (local === undefined) throw invalidArgument(`Invalid format: "${text}"`);
      return Number(local / PICOS_PER_DAY);
    }),
  ),
  scalar(
    'to_iso8601(date) -> varchar',
    script((days: number) => dateText(days)),
  ),
  scalar(
    'to_iso8601(timestamp(p)) -> varchar',
    scriptFor(
      ([type]) =>
        (picos: bigint) =>
          isoText(picos, (type as { precision: number }).precision, ''),
    ),
  ),
  scalar(
    'to_iso8601(timestamp(p) with time zone) -> varchar',
    scriptFor(
      ([type]) =>
        (value: ZonedValue) =>
          zonedIso(value, (type as { precision: number }).precision),
    ),
  ),
  ...['at_timezone', '$at_timezone'].flatMap((name) => [
    scalar(
      `${name}(timestamp(p) with time zone, varchar) -> timestamp(p) with time zone`,
      script(({ picos }: ZonedValue, zone: string) => ({ picos, zone: zoneName(zone) })),
    ),
    scalar(
      `${name}(timestamp(p) with time zone, interval day to second) -> timestamp(p) with time zone`,
      script(({ picos }: ZonedValue, millis: bigint) => ({
        picos,
        zone: zoneName(offsetName(Number(millis) / 60_000)),
      })),
    ),
    scalar(
      `${name}(time(p) with time zone, varchar) -> time(p) with time zone`,
      script((value: OffsetTime, zone: string) => moved(value, zone)),
    ),
    scalar(
      `${name}(time(p) with time zone, interval day to second) -> time(p) with time zone`,
      script((value: OffsetTime, millis: bigint) => moved(value, offsetName(Number(millis) / 60_000))),
    ),
  ]),
  scalar(
    'with_timezone(timestamp(p), varchar) -> timestamp(p) with time zone',
    script((local: bigint, zone: string) => ({ picos: fromLocal(local, zoneName(zone)), zone: zoneName(zone) })),
  ),
];

function moved({ picos, offset }: OffsetTime, zone: string): OffsetTime {
  const next = offsetAt(zoneName(zone), Math.floor(Date.now() / 1000)) / 60;
  return { picos: floorMod(picos + BigInt(next - offset) * 60n * PICOS_PER_SECOND, PICOS_PER_DAY), offset: next };
}
