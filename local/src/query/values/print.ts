import { mapType, type TrinoType } from '../types/type';
import { dateText, offsetName, PICOS_PER_DAY, timestampText, timeText, toLocal } from './calendar';
import { ipText } from './ip';
import type { OffsetTime, Value, ZonedValue } from './value';

/** Writes a value that isn't NULL as Athena prints it in a result. */
export type Printer = (value: Value) => string;

/** Fewest digits of a second's fraction in results. */
const RESULT_DIGITS = 3;

/** Prints values of a result as {@link printerOf} does, but timestamps with milliseconds at least. */
export function resultPrinterOf(type: TrinoType): Printer {
  return printerOf(
    mapType(type, (part) =>
      part.kind.startsWith('timestamp') && 'precision' in part
        ? { ...part, precision: Math.max(RESULT_DIGITS, part.precision) }
        : part,
    ),
  );
}

/** Prints values of a type: `2022-02-04 21:35:54.000`, `1.0E10`, `[a, b]`, `{k=v}`. */
export function printerOf(type: TrinoType): Printer {
  switch (type.kind) {
    case 'double':
      return (value) => doubleText(value as number);
    case 'real':
      return (value) => doubleText(shortestFloat(value as number));
    case 'decimal':
      return (value) => decimalText(value as bigint, type.scale);
    case 'char':
      return (value) => (value as string).padEnd(type.length);
    case 'date':
      return (value) => dateText(value as number);
    case 'time':
      return (value) => timeText(value as bigint, type.precision);
    case 'time with time zone':
      return (value) => offsetTimeText(value as OffsetTime, type.precision);
    case 'timestamp':
      return (value) => timestampText(value as bigint, type.precision);
    case 'timestamp with time zone':
      return (value) => zonedText(value as ZonedValue, type.precision);
    case 'interval day to second':
      return (value) => dayTimeText(value as bigint);
    case 'interval year to month':
      return (value) => yearMonthText(value as number);
    case 'varbinary':
      return (value) => Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    case 'ipaddress':
      return (value) => ipText(value as Uint8Array);
    case 'array': {
      const item = nullable(type.of);
      return (value) => `[${(value as Value[]).map(item).join(', ')}]`;
    }
    case 'map': {
      const [key, item] = [nullable(type.key), nullable(type.value)];
      return (value) =>
        `{${(value as Value[][]).map((entry) => `${key(entry[0] ?? null)}=${item(entry[1] ?? null)}`).join(', ')}}`;
    }
    case 'row': {
      const fields = type.fields.map((field) => nullable(field.type));
      const names = type.fields.map(({ name }, index) => name ?? `field${index}`);
      return (value) =>
        `{${fields.map((print, index) => `${names[index]}=${print((value as Value[])[index] ?? null)}`).join(', ')}}`;
    }
    default:
      return (value) => String(value);
  }
}

function nullable(type: TrinoType): Printer {
  const print = printerOf(type);
  return (value) => (value === null ? 'null' : print(value));
}

/** Java's Double.toString: plain from 10^-3 to 10^7, else with an exponent; always with a fraction. */
export function doubleText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || value === 0 || size < 1e-3 || size >= 1e7) return scientific(value, '0.0');
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Trino's cast of doubles to varchar: always with an exponent, `3.77E1`. */
export function scientific(value: number, zero = '0E0'): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? `-${zero}` : zero;
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** The number with the fewest digits that equals this one as a `real`. */
export function shortestFloat(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 1; digits <= 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

export function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function zonedText({ picos, zone }: ZonedValue, precision: number): string {
  return `${timestampText(toLocal(picos, zone), precision)} ${zone}`;
}

export function offsetTimeText({ picos, offset }: OffsetTime, precision: number): string {
  return `${timeText(((picos % PICOS_PER_DAY) + PICOS_PER_DAY) % PICOS_PER_DAY, precision)}${offsetName(offset)}`;
}

/** `3 12:00:00.000` */
export function dayTimeText(millis: bigint): string {
  const size = millis < 0n ? -millis : millis;
  const days = size / 86_400_000n;
  return `${millis < 0n ? '-' : ''}${days} ${timeText((size % 86_400_000n) * 1_000_000_000n, 3)}`;
}

/** `1-2` for a year and two months. */
export function yearMonthText(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? '-' : ''}${Math.floor(size / 12)}-${size % 12}`;
}
