import type { TrinoType } from '../types/type';
import { type CastContext, castOf } from './cast';
import { type Json, JsonNumber, JsonObject, jsonText, parseJson } from './json-text';
import { isIntegerKind, parseDecimal, parseDouble, roundToInteger, toDecimal, toInteger } from './numbers';
import { decimalText, doubleText, printerOf, shortestFloat } from './print';
import { invalidCast, type Value } from './value';

/** Types with scalar JSON values, in both directions. */
const SCALARS: ReadonlySet<string> = new Set([
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'decimal',
  'varchar',
  'json',
]);
/** Types that are cast to JSON strings, but not back. */
const SHOWN: ReadonlySet<string> = new Set(['unknown', 'timestamp', 'date']);

/** Casts between JSON and Trino's other types ("JSON functions and operators: Cast from/to JSON"). */
export function canCastToJson(from: TrinoType): boolean {
  switch (from.kind) {
    case 'array':
      return canCastToJson(from.of);
    case 'map':
      return canBeKey(from.key) && canCastToJson(from.value);
    case 'row':
      return from.fields.every(({ type }) => canCastToJson(type));
    default:
      return SCALARS.has(from.kind) || SHOWN.has(from.kind);
  }
}

const canBeKey = ({ kind }: TrinoType): boolean => kind === 'unknown' || (SCALARS.has(kind) && kind !== 'json');

export function canCastFromJson(to: TrinoType): boolean {
  switch (to.kind) {
    case 'array':
      return canCastFromJson(to.of);
    case 'map':
      return canBeKey(to.key) && to.key.kind !== 'unknown' && canCastFromJson(to.value);
    case 'row':
      return to.fields.every(({ type }) => canCastFromJson(type));
    default:
      return SCALARS.has(to.kind);
  }
}

export function castToJson(from: TrinoType): (value: Value) => Value {
  const make = jsonOf(from);
  return (value) => jsonText(make(value), false);
}

function jsonOf(from: TrinoType): (value: Value) => Json {
  switch (from.kind) {
    case 'boolean':
      return (value) => value as boolean | null;
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return (value) => (value === null ? null : new JsonNumber(String(value)));
    case 'real':
    case 'double':
      return (value) => (value === null ? null : doubleJson(value as number, from.kind));
    case 'decimal':
      return (value) => (value === null ? null : new JsonNumber(decimalText(value as bigint, from.scale), true));
    case 'json':
      return (value) => (value === null ? null : (parseJson(value as string) ?? null));
    case 'array': {
      const item = jsonOf(from.of);
      return (value) => (value === null ? null : (value as Value[]).map(item));
    }
    case 'map': {
      const [print, item] = [keyText(from.key), jsonOf(from.value)];
      return (value) => {
        if (value === null) return null;
        const entries = (value as Value[][]).map(([k = null, v = null]) => [print(k), item(v)] as const);
        return new JsonObject(new Map(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))));
      };
    }
    case 'row': {
      const fields = from.fields.map(({ type, name }) => [name ?? '', jsonOf(type)] as const);
      return (value) => {
        if (value === null) return null;
        const members = fields.map(([name, make], index) => [name, make((value as Value[])[index] ?? null)] as const);
        return new JsonObject(new Map(members), members);
      };
    }
    default: {
      const print = printerOf(from);
      return (value) => (value === null ? null : print(value));
    }
  }
}

function doubleJson(value: number, kind: string): Json {
  if (!Number.isFinite(value)) return doubleText(value);
  return new JsonNumber(doubleText(kind === 'real' ? shortestFloat(value) : value), true);
}

function keyText(type: TrinoType): (value: Value) => string {
  return (value) => (value === null ? 'null' : printerOf(type)(value));
}

export function castFromJson(to: TrinoType, context: CastContext): (value: Value) => Value {
  const read = reader(to, context);
  return (value) => {
    const json = parseJson(value as string);
    if (json === undefined) throw invalidCast(`Cannot cast to ${to.kind}`);
    return read(json);
  };
}

type Reader = (json: Json) => Value;

function reader(to: TrinoType, context: CastContext): Reader {
  switch (to.kind) {
    case 'json':
      return (json) => jsonText(json);
    case 'array': {
      const item = reader(to.of, context);
      return nullable((json) => {
        if (!Array.isArray(json)) throw refused(json, 'array');
        return json.map(item);
      });
    }
    case 'map':
      return nullable(mapReader(to, context));
    case 'row':
      return nullable(rowReader(to, context));
    default:
      return nullable((json) => scalar(json, to, context));
  }
}

const nullable =
  (read: Reader): Reader =>
  (json) =>
    json === null ? null : read(json);

function refused(json: Json, to: string) {
  const shown = jsonText(json);
  return invalidCast(
    `Cannot cast to ${to}. Expected a json ${to === 'map' ? 'object' : to === 'array' ? 'array' : 'array or object'}, but got ${shown.slice(0, 100)}`,
  );
}

function mapReader(to: TrinoType & { kind: 'map' }, context: CastContext): Reader {
  const [key, item] = [reader(to.key, context), reader(to.value, context)];
  return (json) => {
    if (!(json instanceof JsonObject)) throw refused(json, 'map');
    return [...json.entries].map(([name, value]) => [key(name), item(value)]);
  };
}

function rowReader(to: TrinoType & { kind: 'row' }, context: CastContext): Reader {
  const fields = to.fields.map(({ name, type }) => ({ name: name?.toLowerCase(), read: reader(type, context) }));
  return (json) => {
    if (Array.isArray(json)) {
      if (json.length !== fields.length) {
        throw invalidCast(
          `Cannot cast to row. Expected a json array with ${fields.length} fields, but got ${json.length}`.replace(
            'a json array with',
            'json array with',
          ),
        );
      }
      return fields.map(({ read }, index) => read(json[index] ?? null));
    }
    if (!(json instanceof JsonObject)) throw refused(json, 'row');
    if (fields.some(({ name }) => name === undefined))
      throw invalidCast('Cannot cast a JSON object to anonymous row type. Input must be a JSON array.');
    const found = new Map<string, Json>();
    for (const [name, value] of json.entries) {
      if (found.has(name.toLowerCase()) && fields.some((field) => field.name === name.toLowerCase()))
        throw invalidCast(`Duplicate field: ${name.toLowerCase()}`);
      found.set(name.toLowerCase(), value);
    }
    return fields.map(({ name, read }) => read(found.get(name as string) ?? null));
  };
}

/** A JSON scalar as a number, string or boolean. */
function scalar(json: Json, to: TrinoType, context: CastContext): Value {
  if (Array.isArray(json) || json instanceof JsonObject) {
    throw invalidCast(`Unexpected token when cast to ${to.kind}: ${Array.isArray(json) ? '[' : '{'}`);
  }
  if (typeof json === 'string') return (castOf({ kind: 'varchar' }, to, context) as (value: Value) => Value)(json);
  if (typeof json === 'boolean') {
    if (to.kind === 'varchar') return limitedText(String(json), to);
    return (castOf({ kind: 'boolean' }, to, context) as (value: Value) => Value)(json);
  }
  const { text } = json as JsonNumber;
  const whole = /^-?\d+$/.test(text);
  if (isIntegerKind(to.kind)) {
    if (!whole) return roundToInteger(Number(text), to.kind, 'double');
    try {
      return toInteger(BigInt(text), to.kind);
    } catch (error) {
      if (to.kind !== 'bigint') throw error;
      throw invalidCast(`Cannot cast '${text}' to BIGINT`);
    }
  }
  switch (to.kind) {
    case 'boolean':
      return Number(text) !== 0;
    case 'double':
      return parseDouble(text) ?? null;
    case 'real':
      return Math.fround(Number(text));
    case 'decimal':
      return toDecimal(parseDecimal(text) ?? { unscaled: 0n, scale: 0 }, to, () => `input json '${text}'`);
    default:
      return limitedText(whole ? text : javaText(Number(text)), to);
  }
}

function javaText(value: number): string {
  const cast = castOf({ kind: 'double' }, { kind: 'varchar' }, { now: 0 });
  return cast?.(value) as string;
}

function limitedText(text: string, to: TrinoType): string {
  if (to.kind === 'varchar' && to.length !== undefined && text.length > to.length) {
    throw invalidCast(`Cannot cast '${text}' to varchar(${to.length})`);
  }
  return text;
}
