import { type TrinoType, typeName } from '../types/type';
import { decimalText, scientific, shortestFloat } from './print';
import { invalidCast, outOfRange, type Value } from './value';

/** The ranges of Trino's integers. */
export const RANGES: Readonly<Record<'tinyint' | 'smallint' | 'integer' | 'bigint', readonly [bigint, bigint]>> = {
  tinyint: [-128n, 127n],
  smallint: [-32_768n, 32_767n],
  integer: [-2_147_483_648n, 2_147_483_647n],
  bigint: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
};
export type IntegerKind = keyof typeof RANGES;

export const isIntegerKind = (kind: string): kind is IntegerKind => Object.hasOwn(RANGES, kind);

/** A value of an integer type; `bigint` has a representation of its own. @throws ValueError if it is out of range */
export function toInteger(value: bigint, kind: IntegerKind, shown: string = String(value)): Value {
  const [low, high] = RANGES[kind];
  if (value < low || value > high) throw outOfRange(`Out of range for ${kind}: ${shown}`);
  return kind === 'bigint' ? value : Number(value);
}

export const pow10 = (exponent: number): bigint => 10n ** BigInt(exponent);

/** Division that rounds half away from zero, as Trino's decimals do. */
export function divideRounded(a: bigint, b: bigint): bigint {
  const negative = a < 0n !== b < 0n;
  const [n, d] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const quotient = (n * 2n + d) / (d * 2n);
  return negative ? -quotient : quotient;
}

/** A decimal's digits in another scale, rounded. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  return to >= from ? unscaled * pow10(to - from) : divideRounded(unscaled, pow10(from - to));
}

export const fits = (unscaled: bigint, precision: number): boolean => {
  const limit = pow10(precision);
  return unscaled < limit && unscaled > -limit;
};

const NUMBER = /^\s*([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,4}))?\s*$/;

/** Digits and scale of a number's text; undefined for other text. */
export function parseDecimal(text: string): { unscaled: bigint; scale: number } | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = match[4] ?? '', , exponent = '0'] = match;
  const digits = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { unscaled: digits, scale } : { unscaled: digits * pow10(-scale), scale: 0 };
}

/** The exact value of a double, as digits and a scale. */
export function exactDecimal(value: number): { unscaled: bigint; scale: number } {
  let scale = 0;
  let scaled = value;
  // A fraction with denominator 2^n has n decimal digits.
  while (!Number.isInteger(scaled) && scale < 1100) {
    scaled *= 2;
    scale++;
  }
  return { unscaled: BigInt(scaled) * 5n ** BigInt(scale), scale };
}

/** A number as a decimal's digits. @throws ValueError if it is out of range */
export function toDecimal(
  found: { unscaled: bigint; scale: number },
  { precision, scale }: { precision: number; scale: number },
  shown: () => string,
): bigint {
  const unscaled = rescale(found.unscaled, found.scale, scale);
  if (!fits(unscaled, precision)) throw invalidCast(`Cannot cast ${shown()} to DECIMAL(${precision}, ${scale})`);
  return unscaled;
}

/** Rounds half away from zero to an integer, as Trino casts doubles. @throws ValueError if it is out of range */
export function roundToInteger(value: number, kind: IntegerKind, name: string): Value {
  if (!Number.isFinite(value)) {
    const shown = Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
    if (Number.isNaN(value) || kind !== 'bigint') throw invalidCast(`Cannot cast ${name} ${shown} to ${kind}`);
    throw outOfRange(`Unable to cast ${shown} to ${kind}`);
  }
  const size = Math.abs(value);
  const floor = Math.floor(size);
  const rounded = BigInt(size - floor >= 0.5 ? floor + 1 : floor) * (value < 0 ? -1n : 1n);
  const [low, high] = RANGES[kind];
  if (rounded < low || rounded > high) throw outOfRange(`Out of range for ${kind}: ${scientific(value)}`);
  return kind === 'bigint' ? rounded : Number(rounded);
}

/** A number of any type as a double. */
export function toDouble(value: Value, type: TrinoType): number {
  return type.kind === 'decimal' ? Number(decimalText(value as bigint, type.scale)) : Number(value);
}

/** A number in Trino's messages: `DOUBLE '1.5'`. */
export function shownNumber(value: Value, type: TrinoType): string {
  switch (type.kind) {
    case 'double':
      return `DOUBLE '${Number.isFinite(value) ? javaDouble(value as number) : scientific(value as number)}'`;
    case 'real':
      return `REAL '${Number.isFinite(value) ? javaDouble(shortestFloat(value as number)) : scientific(value as number)}'`;
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale}) '${decimalText(value as bigint, type.scale)}'`;
    default:
      return `${typeName(type).toUpperCase()} '${value}'`;
  }
}

function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e7)) return scientific(value);
  return Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value);
}

const DOUBLE = /^\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|NaN|Infinity)[dDfF]?\s*$/;

/** Parses a double as Java does. */
export function parseDouble(text: string): number | undefined {
  return DOUBLE.test(text)
    ? Number(
        text
          .trim()
          .replace(/[dDfF]$/, '')
          .replace(/^\+/, ''),
      )
    : undefined;
}
