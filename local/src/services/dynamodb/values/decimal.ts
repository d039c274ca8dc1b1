/**
 * DynamoDB's numbers: exact decimals of up to 38 significant digits between 1E-130 and 9.99…E+125 ("Data types" in
 * DynamoDB's guide). Sent and stored as text in plain notation; no float is involved, which would round.
 */
interface Decimal {
  readonly negative: boolean;
  /** Significant digits, without zeros at either end; empty for zero. */
  readonly digits: string;
  /** Power of ten of the first digit. */
  readonly exponent: number;
}

const MOST_DIGITS = 38;
const MOST_EXPONENT = 125;
const LEAST_EXPONENT = -130;
/** Plain notation without redundant zeros. */
const NORMAL = /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d*[1-9])$/;
/** Longest text whose value a float represents exactly. */
const FLOAT_LENGTH = 15;

/** A text that isn't a number of DynamoDB; the message is DynamoDB's. */
export class InvalidNumber extends Error {}

/** Normalizes a number as DynamoDB returns it: `1e2` is `100`, `01.50` is `1.5`. @throws InvalidNumber */
export function normalizeNumber(text: string): string {
  if (text.length <= MOST_DIGITS && NORMAL.test(text)) return text;
  return format(checked(parse(text)));
}

export function compareNumbers(a: string, b: string): number {
  if (a.length <= FLOAT_LENGTH && b.length <= FLOAT_LENGTH) return Number(a) - Number(b);
  return Buffer.compare(numberBytes(a), numberBytes(b));
}

/** @throws InvalidNumber if the sum has more than 38 digits, or is too large or too small */
export function addNumbers(a: string, b: string): string {
  if (a.length <= FLOAT_LENGTH && b.length <= FLOAT_LENGTH && isInteger(a) && isInteger(b))
    return String(Number(a) + Number(b));
  const [x, y] = [parse(a), parse(b)];
  const scale = Math.min(lastPlace(x), lastPlace(y));
  return format(checked(fromBigInt(scaled(x, scale) + scaled(y, scale), scale)));
}

export function subtractNumbers(a: string, b: string): string {
  return addNumbers(a, b.startsWith('-') ? b.slice(1) : b === '0' ? b : `-${b}`);
}

/**
 * Bytes that sort as the numbers do, in base 100: the power of 100, then two digits per byte. DynamoDB also hashes
 * these for partition keys.
 */
export function numberBytes(text: string): Buffer {
  const { negative, digits, exponent } = parse(text);
  if (digits === '') return Buffer.of(0x80);
  // Pairs of digits begin at an even power of ten.
  const even = Math.abs(exponent) % 2 === 0 ? `0${digits}` : digits;
  const pairs = even.length % 2 === 0 ? even : `${even}0`;
  const length = pairs.length / 2;
  const closing = negative && length < 20 ? 1 : 0;
  const bytes = Buffer.alloc(1 + length + closing);
  const power = (Math.ceil((exponent + 1) / 2) - 64) & 0xff;
  bytes[0] = negative ? ~power & 0xff : power;
  for (let index = 0; index < length; index++) {
    const pair = Number(pairs.slice(2 * index, 2 * index + 2));
    bytes[index + 1] = negative ? 101 - pair : pair + 1;
  }
  // Of two negative numbers with a common beginning, the longer one is smaller.
  if (closing === 1) bytes[length + 1] = 102;
  return bytes;
}

/** Bytes of a number for item sizes ("Item sizes and formats"). */
export function numberSize(text: string): number {
  const { negative, digits, exponent } = parse(text);
  return sizeOf(negative, digits.length, exponent);
}

/**
 * Bytes for item sizes of a number in normal form, within a text.
 * @returns undefined for any other text
 */
export function normalSize(text: string, from: number, to: number): number | undefined {
  if (to - from > MOST_DIGITS) return undefined;
  const negative = text.charCodeAt(from) === MINUS;
  const start = negative ? from + 1 : from;
  let point = to;
  let first = -1;
  let last = -1;
  for (let index = start; index < to; index++) {
    const code = text.charCodeAt(index);
    if (code === POINT && point === to) point = index;
    else if (code < ZERO || code > ZERO + 9) return undefined;
    else if (code !== ZERO) {
      if (first === -1) first = index;
      last = index;
    }
  }
  // In normal form zero is one digit without a sign; a longer whole part doesn't begin with a zero, nor does a fraction
  // end with one.
  if (first === -1) return to - from === 1 && !negative && point === to ? 1 : undefined;
  if (point === start || (text.charCodeAt(start) === ZERO && point !== start + 1)) return undefined;
  if (point < to && last !== to - 1) return undefined;
  const digits = last - first + (point > first && point < last ? 0 : 1);
  return sizeOf(negative, digits, first < point ? point - first - 1 : point - first);
}

/** @param digits number of significant digits */
function sizeOf(negative: boolean, digits: number, exponent: number): number {
  if (digits === 0) return 1;
  const straddles = digits % 2 === 0 && exponent % 2 === 0 ? 1 : 0;
  return 1 + Math.ceil(digits / 2) + straddles + (negative ? 1 : 0);
}

const isInteger = (text: string): boolean => !text.includes('.');
const lastPlace = ({ digits, exponent }: Decimal): number => exponent - digits.length + 1;

function scaled(decimal: Decimal, scale: number): bigint {
  if (decimal.digits === '') return 0n;
  const value = BigInt(decimal.digits + '0'.repeat(lastPlace(decimal) - scale));
  return decimal.negative ? -value : value;
}

function fromBigInt(value: bigint, scale: number): Decimal {
  const negative = value < 0n;
  const all = (negative ? -value : value).toString();
  const digits = all.replace(/0+$/, '');
  return { negative, digits, exponent: digits === '' ? 0 : scale + all.length - 1 };
}

/** Parses plain notation, in which all numbers are stored. @returns undefined for other text */
function parsePlain(text: string): Decimal | undefined {
  const negative = text.charCodeAt(0) === MINUS;
  let point = -1;
  let first = -1;
  let last = -1;
  for (let index = negative ? 1 : 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === POINT && point === -1) point = index;
    else if (code < ZERO || code > ZERO + 9) return undefined;
    else if (code !== ZERO) {
      if (first === -1) first = index;
      last = index;
    }
  }
  if (first === -1) return undefined;
  const end = point === -1 ? text.length : point;
  const digits =
    point > first && point < last
      ? text.slice(first, point) + text.slice(point + 1, last + 1)
      : text.slice(first, last + 1);
  return { negative, digits, exponent: first < end ? end - first - 1 : end - first };
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

function parse(text: string): Decimal {
  const plain = parsePlain(text);
  if (plain !== undefined) return plain;
  const [, sign, whole = '', fraction = '', bare, power] =
    /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (sign === undefined)
    throw new InvalidNumber(
      text === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  const all = whole + (bare ?? fraction);
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  const digits = all.slice(leading).replace(/0+$/, '');
  if (digits === '') return { negative: false, digits, exponent: 0 };
  return { negative: sign === '-', digits, exponent: whole.length - leading - 1 + Number(power ?? 0) };
}

function checked(decimal: Decimal): Decimal {
  const { digits, exponent } = decimal;
  if (exponent > MOST_EXPONENT)
    throw new InvalidNumber('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (exponent < LEAST_EXPONENT)
    throw new InvalidNumber(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  if (digits.length > MOST_DIGITS)
    throw new InvalidNumber('Attempting to store more than 38 significant digits in a Number');
  return decimal;
}

function format({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
