import type { TrinoType } from '../types/type';
import { dateText, PICOS_PER_DAY, toLocal } from '../values/calendar';
import { exactDecimal, parseDecimal, rescale } from '../values/numbers';
import { decimalText, doubleText, printerOf, shortestFloat } from '../values/print';
import { invalidArgument, type Value } from '../values/value';
import { format, mysqlPattern, partsOf } from './time-formats';

/** Format specifiers of Java's Formatter, for `format`. */
const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])/g;

/** Formats values. @throws ValueError for a pattern that doesn't fit the values */
export function javaFormat(pattern: string, values: readonly Value[], types: readonly TrinoType[]): string {
  let next = 0;
  const found = pattern.replaceAll(
    SPECIFIER,
    (whole, position?: string, flags = '', width?: string, precision?: string, time?: string, letter = '') => {
      if (letter === '%') return padded('%', flags, width);
      if (letter === 'n') return '\n';
      const index = position === undefined ? next++ : Number(position) - 1;
      if (index >= values.length)
        throw invalidArgument(`Invalid format string: ${pattern} (MissingFormatArgument: Format specifier '${whole}')`);
      const [value, type] = [values[index] ?? null, types[index] as TrinoType];
      if (value === null)
        return padded(
          precision === undefined ? 'null' : 'null'.slice(0, Number(precision)),
          flags.replaceAll('0', ''),
          width,
        );
      if (time !== undefined) return padded(timePart(letter, value, type, pattern), flags, width);
      const text = converted(letter, flags, precision, value, type, () =>
        invalidArgument(`Invalid format string: ${pattern} (IllegalFormatConversion: ${letter} != ${type.kind})`),
      );
      const upper = letter === letter.toUpperCase() ? text.toUpperCase() : text;
      return flags.includes('0') && /[dxofeg]/i.test(letter) ? zeroPadded(upper, width) : padded(upper, flags, width);
    },
  );
  if (/%(?![\s\S])/.test(pattern.replaceAll(SPECIFIER, '')))
    throw invalidArgument(`Invalid format string: ${pattern} (UnknownFormatConversion: Conversion = '%')`);
  return found;
}

function padded(text: string, flags: string, width?: string): string {
  if (width === undefined) return text;
  return flags.includes('-') ? text.padEnd(Number(width)) : text.padStart(Number(width));
}

function zeroPadded(text: string, width?: string): string {
  const sign = /^[-+( ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(Number(width ?? 0) - sign.length, '0');
}

function grouped(digits: string, flags: string): string {
  if (!flags.includes(',')) return digits;
  const [whole = '', fraction] = digits.split('.');
  const text = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}

function signed(negative: boolean, digits: string, flags: string): string {
  if (negative) return flags.includes('(') ? `(${digits})` : `-${digits}`;
  return flags.includes('+') ? `+${digits}` : flags.includes(' ') ? ` ${digits}` : digits;
}

function converted(
  letter: string,
  flags: string,
  precision: string | undefined,
  value: Value,
  type: TrinoType,
  refuse: () => Error,
): string {
  const integer =
    typeof value === 'bigint' && type.kind !== 'decimal'
      ? value
      : typeof value === 'number' && Number.isInteger(value) && type.kind !== 'double' && type.kind !== 'real'
        ? BigInt(value)
        : undefined;
  switch (letter.toLowerCase()) {
    case 's': {
      const text =
        type.kind === 'double'
          ? doubleText(value as number)
          : type.kind === 'real'
            ? doubleText(shortestFloat(value as number))
            : type.kind === 'date'
              ? dateText(value as number)
              : printed(value, type);
      return precision === undefined ? text : text.slice(0, Number(precision));
    }
    case 'b':
      return String(typeof value === 'boolean' ? value : true);
    case 'c':
      return String(value);
    case 'd': {
      if (integer === undefined) throw refuse();
      return signed(integer < 0n, grouped(String(integer < 0n ? -integer : integer), flags), flags);
    }
    case 'x':
    case 'o': {
      if (integer === undefined) throw refuse();
      const base = letter.toLowerCase() === 'x' ? 16 : 8;
      const text = BigInt.asUintN(
        type.kind === 'bigint' ? 64 : type.kind === 'integer' ? 32 : type.kind === 'smallint' ? 16 : 8,
        integer,
      ).toString(base);
      return flags.includes('#') ? `${base === 16 ? '0x' : '0'}${text}` : text;
    }
    case 'f':
    case 'e':
    case 'g':
      if (type.kind !== 'double' && type.kind !== 'real' && type.kind !== 'decimal') throw refuse();
      return floating(letter.toLowerCase(), flags, Number(precision ?? 6), value, type);
    case 'h':
      throw refuse();
    default:
      throw invalidArgument(`Invalid format string: UnknownFormatConversion: Conversion = '${letter}'`);
  }
}

function printed(value: Value, type: TrinoType): string {
  if (type.kind === 'timestamp')
    return printerOf(type)(value)
      .replace(' ', 'T')
      .replace(/\.?0+$/, '')
      .replace(/(T\d\d:\d\d):00$/, '$1')
      .replace(/T(\d\d)$/, 'T$1:00');
  return printerOf(type)(value);
}

function floating(letter: string, flags: string, digits: number, value: Value, type: TrinoType): string {
  if (type.kind !== 'decimal' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : signed((value as number) < 0, 'Infinity', flags);
  const exact = type.kind === 'decimal' ? { unscaled: value as bigint, scale: type.scale } : decimalOf(value as number);
  if (letter === 'f') {
    const rounded = rescale(exact.unscaled, exact.scale, digits);
    const negative = rounded < 0n || Object.is(value, -0);
    return signed(negative, grouped(decimalText(rounded < 0n ? -rounded : rounded, digits), flags), flags);
  }
  const number = type.kind === 'decimal' ? Number(decimalText(exact.unscaled, exact.scale)) : (value as number);
  if (letter === 'e')
    return signed(
      number < 0,
      Math.abs(number)
        .toExponential(digits)
        .replace(/e([+-])(\d)$/, 'e$10$2'),
      flags,
    );
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-4 || size >= 10 ** digits))
    return signed(number < 0, size.toExponential(Math.max(0, digits - 1)).replace(/e([+-])(\d)$/, 'e$10$2'), flags);
  return signed(number < 0, size.toPrecision(Math.max(1, digits)), flags);
}

/** A double as a decimal, from its shortest text, which Java rounds too. */
function decimalOf(value: number): { unscaled: bigint; scale: number } {
  return parseDecimal(String(value)) ?? exactDecimal(value);
}

const TIME_PARTS: Readonly<Record<string, string>> = {
  Y: '%Y',
  y: '%y',
  m: '%m',
  d: '%d',
  e: '%e',
  H: '%H',
  I: '%h',
  M: '%i',
  S: '%S',
  B: '%M',
  b: '%b',
  h: '%b',
  A: '%W',
  a: '%a',
  j: '%j',
  T: '%T',
  R: '%H:%i',
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  p: '%p',
  L: '%f',
};

function timePart(letter: string, value: Value, type: TrinoType, pattern: string): string {
  const code = TIME_PARTS[letter];
  if (code === undefined) throw invalidArgument(`Invalid format string: ${pattern}`);
  const local =
    type.kind === 'date'
      ? BigInt(value as number) * PICOS_PER_DAY
      : type.kind === 'timestamp with time zone'
        ? toLocal((value as { picos: bigint; zone: string }).picos, (value as { zone: string }).zone)
        : (value as bigint);
  const text = format(mysqlPattern(code), partsOf(local));
  return letter === 'L' ? text.slice(0, 3) : letter === 'p' ? text.toLowerCase() : text;
}
