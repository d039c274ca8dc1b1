import { decimalOf, type IcebergType } from './schema';

/**
 * A value of a primitive type: boolean; number for int, float, double and date (days since the epoch); bigint for long,
 * time and timestamps (microseconds) and decimals (unscaled); string; Buffer for binary, fixed and uuid.
 */
export type Value = boolean | number | bigint | string | Buffer;

const isTime = (type: string) => type === 'timestamp' || type === 'timestamptz';

/** Order of bounds: strings by their UTF-8 bytes. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Serializes a bound in manifests (the spec's Appendix D, "Single-value serialization"). */
export function valueToBytes(type: IcebergType, value: Value): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return Buffer.from(value);
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  if (decimalOf(type) !== undefined) return bigintToBytes(BigInt(value));
  const buffer = Buffer.alloc(type === 'int' || type === 'date' || type === 'float' ? 4 : 8);
  if (type === 'float') buffer.writeFloatLE(Number(value));
  else if (type === 'double') buffer.writeDoubleLE(Number(value));
  else if (buffer.length === 4) buffer.writeInt32LE(Number(value));
  else buffer.writeBigInt64LE(BigInt(value));
  return buffer;
}

/** Deserializes a bound; one from before its column's type was widened has fewer bytes. */
export function valueFromBytes(type: IcebergType, bytes: Buffer): Value | undefined {
  if (typeof type !== 'string') return undefined;
  if (decimalOf(type) !== undefined) return bytesToBigint(bytes);
  switch (type) {
    case 'boolean':
      return bytes[0] !== 0;
    case 'int':
    case 'date':
      return bytes.length === 4 ? bytes.readInt32LE() : undefined;
    case 'float':
      return bytes.length === 4 ? bytes.readFloatLE() : undefined;
    case 'double':
      return bytes.length === 8 ? bytes.readDoubleLE() : bytes.length === 4 ? bytes.readFloatLE() : undefined;
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      if (bytes.length === 8) return bytes.readBigInt64LE();
      return bytes.length === 4 ? BigInt(bytes.readInt32LE()) : undefined;
    case 'string':
      return bytes.toString();
    default:
      return bytes;
  }
}

/** Big-endian two's complement in as few bytes as possible. */
export function bigintToBytes(value: bigint, length?: number): Buffer {
  let size = length ?? 1;
  if (length === undefined) while (BigInt.asIntN(size * 8, value) !== value) size++;
  return Buffer.from(
    BigInt.asUintN(size * 8, value)
      .toString(16)
      .padStart(size * 2, '0'),
    'hex',
  );
}

export function bytesToBigint(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}

const DATE_TIME =
  /^(\d{4,6})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?)?([+-]\d{2}(?::?\d{2})?|Z| UTC)?$/;
const MICROS_A_DAY = 86_400_000_000n;

/** Microseconds since the epoch of `2026-01-01 10:00:00.5+00`; undefined for other text. */
function microsOf(text: string): bigint | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = match;
  const millis = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  const minutes = offset === null ? 0 : Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0));
  return BigInt(millis - minutes * 60_000) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

/**
 * The value of a text in SQL's notation: `2026-01-01`, `10.50`, `true`.
 * @returns undefined for text that isn't parsed, such as a year before Christ: pruning then assumes nothing
 */
export function valueFromText(type: IcebergType, text: string): Value | undefined {
  if (typeof type !== 'string') return undefined;
  const decimal = decimalOf(type);
  if (decimal !== undefined) return unscaled(text, decimal.scale);
  if (isTime(type)) return microsOf(text);
  switch (type) {
    case 'boolean':
      return /^(1|true)$/i.test(text) ? true : /^(0|false)$/i.test(text) ? false : undefined;
    case 'int':
      return /^-?\d+$/.test(text) ? Number(text) : undefined;
    case 'long':
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
    case 'float':
    case 'double': {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return Number.isNaN(value) ? undefined : value;
    }
    case 'date': {
      const micros = microsOf(text);
      return micros === undefined ? undefined : Number(floorDiv(micros, MICROS_A_DAY));
    }
    case 'time': {
      const micros = microsOf(`1970-01-01 ${text}`);
      return micros;
    }
    case 'string':
      return text;
    case 'uuid':
      return /^[\da-f-]{36}$/i.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined;
    default:
      return undefined;
  }
}

export function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function unscaled(text: string, scale: number): bigint | undefined {
  const match = /^(-?)(\d*)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  // A literal with significant digits beyond the scale equals no value, and no bound.
  if (fraction.length > scale && /[1-9]/.test(fraction.slice(scale))) return undefined;
  return BigInt(`${match[1]}${match[2]}${fraction.slice(0, scale).padEnd(scale, '0')}` || '0');
}

/** The value as text in partition paths and metadata tables. */
export function valueToText(type: IcebergType, value: Value | null): string {
  if (value === null) return 'null';
  if (Buffer.isBuffer(value)) {
    const hex = value.toString('hex');
    return type === 'uuid' ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : value.toString('base64');
  }
  const decimal = decimalOf(type);
  if (decimal !== undefined) {
    const digits = String(value)
      .replace('-', '')
      .padStart(decimal.scale + 1, '0');
    const split = digits.length - decimal.scale;
    const sign = String(value).startsWith('-') ? '-' : '';
    return `${sign}${digits.slice(0, split)}${decimal.scale > 0 ? `.${digits.slice(split)}` : ''}`;
  }
  if (type === 'date') return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
  if (typeof type === 'string' && isTime(type)) {
    const micros = BigInt(value);
    const millis = floorDiv(micros, 1000n);
    const text = `${new Date(Number(millis)).toISOString().slice(0, -1)}${String(micros - millis * 1000n).padStart(3, '0')}`;
    return `${text.replace(/\.?0+$/, '')}${type === 'timestamptz' ? '+00:00' : ''}`;
  }
  return String(value);
}
