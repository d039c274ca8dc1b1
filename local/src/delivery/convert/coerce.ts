import { formatHiveType, type HivePrimitive, type HiveType } from '../../core/hive-types';
import { forInputString, mismatch } from './coercion-error';
import { type Json, JsonNumber } from './json';
import { formatFloating, toDecimal, toInteger } from './numbers';
import type { SerDe, Value } from './serde';

/** Jackson's names of integer types in range errors. */
const RANGES: Readonly<Record<string, string>> = { tinyint: 'Java byte', smallint: 'Java short', bigint: 'long' };

/**
 * Converts a value to JSON that a Parquet writer accepts for the column's type without further checks: exact and within
 * the type's range.
 * @throws CoercionError if the SerDe would refuse the value
 */
export function coerce(value: Json, type: HiveType, serde: SerDe): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.name](value, serde, type);
    case 'decimal': {
      const found = toDecimal(serde.number(value, type), type.precision, type.scale);
      return found === undefined ? 'null' : `"${found}"`;
    }
    case 'char':
    case 'varchar':
      return quote([...serde.text(value)].slice(0, type.length).join(''));
    case 'array': {
      const elements = serde.elements(value);
      return elements === null ? 'null' : `[${elements.map((item) => coerce(item, type.of, serde)).join(',')}]`;
    }
    case 'map':
      return map(value, type, serde);
    case 'struct':
      return struct(value, type, serde);
  }
}

type Coercion = (value: Value, serde: SerDe, type: HiveType) => string;

const integer =
  (bits: number): Coercion =>
  (value, serde, type) => {
    const text = serde.number(value, type);
    const whole = toInteger(text, bits);
    if (whole !== undefined) return String(whole);
    if (serde.name === 'OpenX') throw forInputString(text);
    const name = formatHiveType(type);
    throw mismatch(`Numeric value (${text.slice(0, 100)}) out of range of ${RANGES[name] ?? name}`);
  };

const PRIMITIVES: Readonly<Record<HivePrimitive, Coercion>> = {
  string: (value, serde) => quote(serde.text(value)),
  tinyint: integer(8),
  smallint: integer(16),
  int: integer(32),
  bigint: integer(64),
  float: (value, serde, type) => formatFloating(serde.number(value, type), true),
  double: (value, serde, type) => formatFloating(serde.number(value, type), false),
  boolean: (value, serde) => String(serde.boolean(value)),
  binary: (value, serde) => quote(serde.binary(value)),
  date: (value, serde) => quote(serde.date(value)),
  timestamp: (value, serde) => quote(serde.timestamp(value)),
};

/** A map with unique, non-null keys, as Parquet requires. The last of equal keys counts. */
function map(value: Value, type: HiveType & { kind: 'map' }, serde: SerDe): string {
  const entries = serde.entries(value);
  if (entries === null) return 'null';
  const written = new Map<string, string>();
  for (const [key, item] of entries) {
    const typed = mapKey(key, type.key, serde);
    written.set(typed, coerce(item, type.value, serde));
  }
  return `{${[...written].map(([key, item]) => `${key}:${item}`).join(',')}}`;
}

/** A map's key, which is a string in JSON whatever the key type. */
function mapKey(key: string, type: HiveType, serde: SerDe): string {
  const isNumber = type.kind === 'decimal' || (type.kind === 'primitive' && NUMBERS.has(type.name));
  const isJsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(key);
  if (isNumber && !isJsonNumber && serde.name === 'Hive') throw forInputString(key);
  const typed = coerce(isNumber && isJsonNumber ? new JsonNumber(key) : keyValue(key, type), type, serde);
  if (typed === 'null')
    throw mismatch(`The map key "${key.slice(0, 100)}" can not be read as ${formatHiveType(type)}.`);
  return typed.startsWith('"') ? typed : `"${typed}"`;
}

const NUMBERS: ReadonlySet<string> = new Set(['tinyint', 'smallint', 'int', 'bigint', 'float', 'double']);

function keyValue(key: string, type: HiveType): Value {
  return type.kind === 'primitive' && type.name === 'boolean' ? key.toLowerCase() === 'true' : key;
}

function struct(value: Value, type: HiveType & { kind: 'struct' }, serde: SerDe): string {
  const members = serde.members(value);
  if (members === null) return 'null';
  const fields = type.fields.map(({ name, type: fieldType }, index) => {
    const member = members(name.toLowerCase(), index) ?? null;
    return `${quote(name)}:${coerce(member, fieldType, serde)}`;
  });
  return `{${fields.join(',')}}`;
}

/** A JSON string in valid UTF-8: an unpaired surrogate becomes U+FFFD, as in Java's UTF-8. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return /\\ud[89a-f]/.test(quoted) ? JSON.stringify(Buffer.from(text, 'utf8').toString('utf8')) : quoted;
}
