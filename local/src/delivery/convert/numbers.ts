import { forInputString } from './coercion-error';

/** Most digits of a 64-bit integer. */
const MAX_DIGITS = 20;
/** More digits than any decimal has: later ones don't affect rounding. */
const DECIMAL_DIGITS = 80;

export const isFraction = (text: string): boolean => /[.eE]/.test(text);

/**
 * Whether Java's Double.parseDouble accepts a text, hexadecimal aside. Each part is matched once, whatever its length.
 */
export function isJavaNumber(text: string): boolean {
  return /^[+-]?(?:NaN|Infinity|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)$/.test(text);
}

/**
 * Parses an integer as Java's parseInt does, and hexadecimal after `0x` as the OpenX SerDe does. @throws CoercionError
 */
export function parseJavaInteger(text: string): string {
  const hex = /^0[xX]([+-]?)([0-9a-fA-F]{1,40})$/.exec(text);
  if (hex !== null) return `${hex[1]}${BigInt(`0x${hex[2]}`)}`;
  if (!/^[+-]?\d+$/.test(text)) throw forInputString(text);
  return text;
}

/**
 * A number as an integer of this many bits: a fraction is truncated, as Java's narrowing does.
 * @returns undefined beyond the type's range
 */
export function toInteger(text: string, bits: number): bigint | undefined {
  const whole = /^[+-]?\d+$/.test(text) ? wholeNumber(text) : truncated(text);
  return whole === undefined || BigInt.asIntN(bits, whole) !== whole ? undefined : whole;
}

function wholeNumber(text: string): bigint | undefined {
  const [, sign, digits] = /^([+-]?)0*(\d*)$/.exec(text) as RegExpExecArray;
  if ((digits as string).length > MAX_DIGITS) return undefined;
  const size = BigInt(`0${digits}`.replace(/^0+(?=\d)/, ''));
  return sign === '-' ? -size : size;
}

/** A number with a fraction or exponent, truncated to an integer; undefined beyond 64 bits. */
function truncated(text: string): bigint | undefined {
  const number = Math.trunc(Number(text));
  return Math.abs(number) < 2 ** 63 ? BigInt(number) : undefined;
}

/**
 * A float or double in JSON; values without a JSON number are strings. Beyond float's range it is infinite, as in Java.
 */
export function formatFloating(text: string, isFloat: boolean): string {
  const number = isFloat ? Math.fround(Number(text)) : Number(text);
  if (!Number.isFinite(number)) return `"${number}"`;
  return Object.is(number, -0) ? '-0.0' : String(number);
}

/** Java's Double.toString: `1.0`, `1.0E10`. */
export function formatJavaDouble(number: number): string {
  if (!Number.isFinite(number)) return String(number);
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '', exponent = ''] = number.toExponential().split('e');
    return `${digits}${digits.includes('.') ? '' : '.0'}E${Number(exponent)}`;
  }
  const text = Object.is(number, -0) ? '-0' : String(number);
  return text.includes('.') ? text : `${text}.0`;
}

/**
 * A number in a decimal type, rounded half up to its scale as in Hive.
 * @returns undefined for too many digits for the precision, which Hive reads as null
 */
export function toDecimal(text: string, precision: number, scale: number): string | undefined {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  // NaN and Infinity
  if (found === null) return undefined;
  const [, sign = '', allWhole = '', allFraction = '', exponent = '0'] = found;
  const whole = allWhole.replace(/^0+/, '');
  const shift = Number(exponent) + scale;
  if (whole === '' && !/[1-9]/.test(allFraction)) return unscaled('', 0n, scale);
  if (whole.length + shift > DECIMAL_DIGITS && whole !== '') return undefined;
  if (Math.abs(shift) > 20_000_000) return shift > 0 ? undefined : unscaled('', 0n, scale);
  // Digits of the unscaled value, up to the first one that is rounded.
  const digits = whole + allFraction;
  const kept = whole.length + shift;
  if (kept < 0) return unscaled('', 0n, scale);
  const significant = digits.slice(0, kept).replace(/^0+/, '');
  if (significant.length > precision || (kept > digits.length && kept - digits.length > DECIMAL_DIGITS))
    return undefined;
  const value = BigInt(significant === '' ? 0 : significant) * 10n ** BigInt(Math.max(0, kept - digits.length));
  const roundsUp = (digits.charAt(kept) || '0') >= '5';
  const rounded = roundsUp ? value + 1n : value;
  return String(rounded).length > precision ? undefined : unscaled(sign === '-' ? '-' : '', rounded, scale);
}

function unscaled(sign: string, digits: bigint, scale: number): string {
  const text = String(digits).padStart(scale + 1, '0');
  const point = text.length - scale;
  return `${digits === 0n ? '' : sign}${text.slice(0, point)}${scale > 0 ? `.${text.slice(point)}` : ''}`;
}
