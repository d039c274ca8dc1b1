import { formatHiveType, type HivePrimitive, type HiveType } from '../../core/hive-types';
import { formatJson, type Json, JsonNumber, JsonObject } from './json';
import type { SerDe } from './serde';

/** A value that its column can't take. */
export class CoercionError extends Error {}

/**
 * Writes a value as the JSON that DuckDB reads into the column's type without a further look: exact and never refused.
 * @throws CoercionError if the SerDe wouldn't take the value for the type.
 */
export function coerce(value: Json, type: HiveType, serde: SerDe): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.name](value, serde, type);
    case 'decimal':
      return decimal(numberText(value, serde, type), type.precision, type.scale);
    case 'char':
    case 'varchar':
      return quote([...textOf(value, serde)].slice(0, type.length).join(''));
    case 'array':
      if (!Array.isArray(value)) throw mismatch(value, type);
      return `[${value.map((item) => coerce(item, type.of, serde)).join(',')}]`;
    case 'map':
      return map(value, type, serde);
    case 'struct':
      return struct(value, type, serde);
  }
}

type Coercion = (value: Exclude<Json, null>, serde: SerDe, type: HiveType) => string;

const integer =
  (bits: number): Coercion =>
  (value, serde, type) => {
    const text = numberText(value, serde, type);
    const whole = /^[+-]?\d+$/.test(text) ? BigInt(text) : truncated(text);
    if (whole === undefined || BigInt.asIntN(bits, whole) !== whole) throw mismatch(value, type);
    return String(whole);
  };

const floating: Coercion = (value, serde, type) => {
  const text = numberText(value, serde, type);
  if (!Number.isFinite(Number(text))) return quote(text);
  return String(Number(text));
};

const PRIMITIVES: Readonly<Record<HivePrimitive, Coercion>> = {
  string: (value, serde) => quote(textOf(value, serde)),
  tinyint: integer(8),
  smallint: integer(16),
  int: integer(32),
  bigint: integer(64),
  float: floating,
  double: floating,
  boolean: (value, serde, type) => {
    if (typeof value === 'boolean') return String(value);
    if (serde.stringsAsNumbers && typeof value === 'string') return String(value.toLowerCase() === 'true');
    throw mismatch(value, type);
  },
  binary: (value, _serde, type) => {
    if (typeof value !== 'string') throw mismatch(value, type);
    return quote(value);
  },
  date: (value, serde, type) => {
    if (typeof value !== 'string') throw mismatch(value, type);
    const plain = /^\d{4}-\d{1,2}-\d{1,2}$/.test(value) ? `${value} 00:00:00` : value;
    const found = serde.timestamp(plain) ?? DATE_ONLY(plain);
    if (found === undefined) throw mismatch(value, type);
    return quote(found.slice(0, 10));
  },
  timestamp: (value, serde, type) => {
    const text = typeof value === 'string' ? value : undefined;
    const number = value instanceof JsonNumber && serde.numbersAsTimestamps ? plainNumber(value.text) : undefined;
    const found = serde.timestamp(text ?? number ?? '');
    if (found === undefined) throw mismatch(value, type);
    return quote(found);
  },
};

/** A date is a date whatever the timestamps' formats are. */
function DATE_ONLY(text: string): string | undefined {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2}) 00:00:00$/.exec(text);
  if (found === null) return undefined;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCDate() === day && month >= 1 && month <= 12 ? date.toISOString() : undefined;
}

function map(value: Json, type: HiveType & { kind: 'map' }, serde: SerDe): string {
  if (!(value instanceof JsonObject)) throw mismatch(value, type);
  const entries = [...value].map(([key, item]) => {
    // A key is a string in JSON whatever the map's key type is.
    const typed = coerce(isText(type.key) ? key : new JsonNumber(key), type.key, serde);
    return `${typed.startsWith('"') ? typed : quote(typed)}:${coerce(item, type.value, serde)}`;
  });
  return `{${entries.join(',')}}`;
}

function struct(value: Json, type: HiveType & { kind: 'struct' }, serde: SerDe): string {
  if (!(value instanceof JsonObject)) throw mismatch(value, type);
  const byName = new Map([...value].map(([key, item]) => [serde.columnOf(key).toLowerCase(), item]));
  const fields = type.fields.map(
    (field) => `${quote(field.name)}:${coerce(byName.get(field.name.toLowerCase()) ?? null, field.type, serde)}`,
  );
  return `{${fields.join(',')}}`;
}

const isText = (type: HiveType) =>
  type.kind === 'char' ||
  type.kind === 'varchar' ||
  (type.kind === 'primitive' && ['string', 'binary', 'date', 'timestamp'].includes(type.name));

/** Any value as text: what a string column makes of it. */
function textOf(value: Exclude<Json, null>, serde: SerDe): string {
  if (typeof value === 'string') return value;
  if (value instanceof JsonNumber && serde.name === 'OpenX' && /[.eE]/.test(value.text))
    return String(Number(value.text));
  return formatJson(value);
}

function numberText(value: Json, serde: SerDe, type: HiveType): string {
  if (value instanceof JsonNumber && /^[+-]?\d/.test(value.text)) return value.text;
  if (typeof value === 'string' && serde.stringsAsNumbers) {
    const text = value.trim();
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return text;
    throw new CoercionError(`Data does not match the schema. For input string: "${value.slice(0, 100)}"`);
  }
  throw mismatch(value, type);
}

/** A number with a fraction or exponent, cut to its whole part as Java's narrowing does; undefined beyond 64 bits. */
function truncated(text: string): bigint | undefined {
  const number = Math.trunc(Number(text));
  return Math.abs(number) < 2 ** 63 ? BigInt(number) : undefined;
}

/** Digits without an exponent, where the number is small enough to be a time. */
function plainNumber(text: string): string {
  return /[eE]/.test(text) ? String(Number(text)) : text;
}

/** Rounds half up to the scale, as Hive does; what has too many digits for the precision is null there, too. */
function decimal(text: string, precision: number, scale: number): string {
  const found = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) as RegExpExecArray;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  const shift = Number(exponent) - fraction.length + scale;
  if (Math.abs(shift) > 400) return shift > 0 && /[1-9]/.test(whole + fraction) ? 'null' : '"0"';
  const digits = BigInt(whole + fraction);
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : roundHalfUp(digits, 10n ** BigInt(-shift));
  const shown = String(scaled).padStart(scale + 1, '0');
  if (String(scaled).length > precision) return 'null';
  const point = shown.length - scale;
  return quote(`${sign === '-' ? '-' : ''}${shown.slice(0, point)}${scale > 0 ? `.${shown.slice(point)}` : ''}`);
}

const roundHalfUp = (value: bigint, divisor: bigint) => (value * 2n + divisor) / (divisor * 2n);

/** A JSON string in valid UTF-8: half a surrogate pair becomes U+FFFD, as it does in Java's UTF-8. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return /\\ud[89a-f]/.test(quoted) ? JSON.stringify(Buffer.from(text, 'utf8').toString('utf8')) : quoted;
}

function mismatch(value: Json, type: HiveType): CoercionError {
  const shown = formatJson(value);
  return new CoercionError(
    `Data does not match the schema. ${kindOf(value)} ${shown.slice(0, 100)} can not be read as ${formatHiveType(type)}.`,
  );
}

function kindOf(value: Json): string {
  if (value instanceof JsonNumber) return 'The number';
  if (value instanceof JsonObject) return 'The object';
  if (Array.isArray(value)) return 'The array';
  return typeof value === 'boolean' ? 'The boolean' : 'The string';
}
