import { isInteger, isText, type TrinoType, typeName } from '../types/type';
import { floorDiv, fromLocal, offsetAt, PICOS_PER_DAY, PICOS_PER_SECOND, roundPicos, toLocal } from './calendar';
import { canCastFromJson, canCastToJson, castFromJson, castToJson } from './cast-json';
import { parseIp } from './ip';
import {
  divideRounded,
  exactDecimal,
  type IntegerKind,
  isIntegerKind,
  parseDecimal,
  parseDouble,
  pow10,
  roundToInteger,
  shownNumber,
  toDecimal,
  toDouble,
  toInteger,
} from './numbers';
import { isZone, parseDate, parseTime, parseTimestamp, roundTime, zonedOf } from './parse-time';
import { decimalText, printerOf, scientific, shortestFloat } from './print';
import { codePoints, invalidCast, type OffsetTime, outOfRange, type Value, ValueError, type ZonedValue } from './value';

/** The statement's input to casts. */
export interface CastContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Cast = (value: Value) => Value;

/** The cast from one type to another, with NULL staying NULL; undefined if Trino has none. */
export function castOf(from: TrinoType, to: TrinoType, context: CastContext): Cast | undefined {
  const cast = castFor(from, to, context);
  return cast && ((value) => (value === null ? null : cast(value)));
}

function castFor(from: TrinoType, to: TrinoType, context: CastContext): Cast | undefined {
  if (from.kind === 'unknown') return () => null;
  if (to.kind === 'json') return from.kind === 'json' ? same : canCastToJson(from) ? castToJson(from) : undefined;
  if (from.kind === 'json') return canCastFromJson(to) ? castFromJson(to, context) : undefined;
  if (from.kind === 'array' && to.kind === 'array') {
    const item = castOf(from.of, to.of, context);
    return item && ((value) => (value as Value[]).map(item));
  }
  if (from.kind === 'map' && to.kind === 'map') return mapCast(from, to, context);
  if (from.kind === 'row' && to.kind === 'row') {
    if (from.fields.length !== to.fields.length) return undefined;
    const casts = from.fields.map((field, index) =>
      castOf(field.type, (to.fields[index] as typeof field).type, context),
    );
    return casts.every((cast) => cast !== undefined)
      ? (value) => casts.map((cast, index) => cast((value as Value[])[index] ?? null))
      : undefined;
  }
  if (to.kind === 'varchar' || to.kind === 'char') return toText(from, to);
  if (from.kind === to.kind && !('precision' in from) && !('length' in from)) return same;
  if (isText(from)) return fromText(to);
  return numeric(from, to) ?? temporal(from, to, context) ?? other(from, to);
}

const same: Cast = (value) => value;

function mapCast(
  from: TrinoType & { kind: 'map' },
  to: TrinoType & { kind: 'map' },
  context: CastContext,
): Cast | undefined {
  const [key, item] = [castOf(from.key, to.key, context), castOf(from.value, to.value, context)];
  if (key === undefined || item === undefined) return undefined;
  const print = printerOf(to.key);
  return (value) => {
    const seen = new Set<string>();
    return (value as Value[][]).map(([k = null, v = null]) => {
      const cast = key(k);
      if (cast === null) throw invalidCast('map key is null');
      if (seen.has(print(cast))) throw invalidCast('duplicate keys');
      seen.add(print(cast));
      return [cast, item(v)];
    });
  };
}

/** Casts to varchar; Trino has none from arrays, maps and rows. */
function toText(
  from: TrinoType,
  to: TrinoType & ({ kind: 'varchar'; length?: number } | { kind: 'char'; length: number }),
): Cast | undefined {
  const print = textOf(from);
  if (print === undefined) return undefined;
  if (to.kind === 'char') {
    return (value) => codePoints(print(value)).slice(0, to.length).join('').replace(/ +$/, '');
  }
  const { length } = to;
  if (length === undefined) return print;
  if (isText(from)) return (value) => limited(print(value), length);
  return (value) => {
    const text = print(value);
    if (text.length > length)
      throw invalidCast(`Value ${tooLong(value, text, from)} cannot be represented as varchar(${length})`);
    return text;
  };
}

function tooLong(value: Value, text: string, from: TrinoType): string {
  if (from.kind !== 'double' && from.kind !== 'real') return text;
  const number = value as number;
  return `${Number.isFinite(number) ? printerOf(from)(number) : scientific(number)} (${text})`;
}

function limited(text: string, length: number): string {
  return text.length <= length ? text : codePoints(text).slice(0, length).join('');
}

function textOf(from: TrinoType): ((value: Value) => string) | undefined {
  switch (from.kind) {
    case 'array':
    case 'map':
    case 'row':
    case 'function':
    case 'varbinary':
      return undefined;
    case 'double':
      return (value) => scientific(value as number);
    case 'real':
      return (value) => scientific(shortestFloat(value as number));
    default:
      return printerOf(from);
  }
}

function fromText(to: TrinoType): Cast | undefined {
  if (isIntegerKind(to.kind)) return integerOf(to.kind);
  switch (to.kind) {
    case 'boolean':
      return (value) => {
        const text = (value as string).toLowerCase();
        if (text === 't' || text === 'true' || text === '1') return true;
        if (text === 'f' || text === 'false' || text === '0') return false;
        throw invalidCast(`Cannot cast '${value}' to BOOLEAN`);
      };
    case 'double':
    case 'real':
      return (value) => {
        const found = parseDouble(value as string);
        if (found === undefined) throw invalidCast(`Cannot cast '${value}' to ${to.kind.toUpperCase()}`);
        return to.kind === 'real' ? Math.fround(found) : found;
      };
    case 'decimal':
      return (value) => {
        const target = `DECIMAL(${to.precision}, ${to.scale})`;
        const found = parseDecimal(value as string);
        if (found === undefined || /\s/.test((value as string).trim()))
          throw invalidCast(`Cannot cast VARCHAR '${value}' to ${target}. Value is not a number.`);
        try {
          return toDecimal(found, to, () => '');
        } catch {
          throw invalidCast(`Cannot cast VARCHAR '${value}' to ${target}. Value too large.`);
        }
      };
    case 'date':
      return (value) => parseDate(value as string) ?? fail('date', value);
    case 'time':
      return (value) => {
        const found = parseTime(value as string);
        return found === undefined || found.offset !== undefined
          ? fail('time', value)
          : roundTime(found.picos, to.precision);
      };
    case 'time with time zone':
      return (value) => {
        const found = parseTime(value as string);
        if (found?.offset === undefined) return fail('time with time zone', value);
        return { picos: roundTime(found.picos, to.precision), offset: found.offset };
      };
    case 'timestamp':
      return (value) => {
        const found = parseTimestamp(value as string);
        // A zone is parsed and dropped.
        return found === undefined || (found.zone !== undefined && !isZone(found.zone))
          ? fail('timestamp', value)
          : roundPicos(found.local, to.precision);
      };
    case 'timestamp with time zone':
      return (value) => zonedText(value as string, to.precision);
    case 'varbinary':
      return (value) => Buffer.from(value as string, 'utf8');
    case 'uuid':
      return (value) => {
        if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value as string))
          throw invalidCast(`Cannot cast value to UUID: ${value}`);
        return (value as string).toLowerCase();
      };
    case 'ipaddress':
      return (value) => parseIp(value as string);
    default:
      return undefined;
  }
}

function fail(type: string, value: Value): never {
  throw invalidCast(`Value cannot be cast to ${type}: ${value}`);
}

function zonedText(value: string, precision: number): Value {
  const found = parseTimestamp(value);
  if (found === undefined) return fail('timestamp with time zone', value);
  try {
    const { picos, zone } = zonedOf(found);
    return { picos: roundPicos(picos, precision), zone };
  } catch (error) {
    if (error instanceof ValueError) return fail('timestamp with time zone', value);
    throw error;
  }
}

const CAST_NAMES: Readonly<Record<IntegerKind, string>> = {
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INT',
  bigint: 'BIGINT',
};

function integerOf(kind: IntegerKind): Cast {
  return (value) => {
    const refused = () => invalidCast(`Cannot cast '${value}' to ${CAST_NAMES[kind]}`);
    if (!/^[+-]?\d+$/.test(value as string)) throw refused();
    try {
      return toInteger(BigInt((value as string).replace(/^\+/, '')), kind);
    } catch {
      throw refused();
    }
  };
}

function numeric(from: TrinoType, to: TrinoType): Cast | undefined {
  if (from.kind === 'boolean') {
    if (to.kind === 'decimal') {
      return (value) =>
        withRange(() => toDecimal({ unscaled: value === true ? 1n : 0n, scale: 0 }, to, () => `BOOLEAN '${value}'`));
    }
    if (isIntegerKind(to.kind)) return (value) => (to.kind === 'bigint' ? BigInt(value as boolean) : Number(value));
    return to.kind === 'double' || to.kind === 'real' ? (value) => Number(value) : undefined;
  }
  if (!isInteger(from) && from.kind !== 'double' && from.kind !== 'real' && from.kind !== 'decimal') return undefined;
  if (to.kind === 'boolean') return (value) => Number(value) !== 0;
  if (to.kind === 'double') return (value) => toDouble(value, from);
  if (to.kind === 'real') return (value) => Math.fround(toDouble(value, from));
  if (to.kind === 'decimal') return decimalCast(from, to);
  if (!isIntegerKind(to.kind)) return undefined;
  const kind = to.kind;
  switch (from.kind) {
    case 'double':
    case 'real':
      return (value) => roundToInteger(value as number, kind, from.kind);
    case 'decimal':
      return (value) => {
        const rounded = divideRounded(value as bigint, pow10(from.scale));
        try {
          return toInteger(rounded, kind);
        } catch {
          throw invalidCast(`Cannot cast '${decimalText(value as bigint, from.scale)}' to ${kind.toUpperCase()}`);
        }
      };
    default:
      return (value) => toInteger(BigInt(value as number), kind);
  }
}

function withRange<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ValueError) throw outOfRange(error.detail);
    throw error;
  }
}

function decimalCast(from: TrinoType, to: TrinoType & { kind: 'decimal' }): Cast {
  switch (from.kind) {
    case 'decimal':
      return (value) => toDecimal({ unscaled: value as bigint, scale: from.scale }, to, () => shownNumber(value, from));
    case 'double':
    case 'real':
      return (value) => {
        if (!Number.isFinite(value))
          throw invalidCast(`Cannot cast ${shownNumber(value, from)} to DECIMAL(${to.precision}, ${to.scale})`);
        const exact =
          from.kind === 'real'
            ? (parseDecimal(String(shortestFloat(value as number))) as ReturnType<typeof exactDecimal>)
            : exactDecimal(value as number);
        return toDecimal(exact, to, () => shownNumber(value, from));
      };
    default:
      return (value) => toDecimal({ unscaled: BigInt(value as number), scale: 0 }, to, () => shownNumber(value, from));
  }
}

/** Casts between dates and times; the session's zone is UTC. */
function temporal(from: TrinoType, to: TrinoType, context: CastContext): Cast | undefined {
  const local = localOf(from, context);
  switch (to.kind) {
    case 'date':
      return from.kind === 'timestamp' || from.kind === 'timestamp with time zone'
        ? local && ((value) => Number(floorDiv(local(value), PICOS_PER_DAY)))
        : undefined;
    case 'timestamp':
      return local && ((value) => roundPicos(local(value), to.precision));
    case 'timestamp with time zone':
      if (from.kind === 'timestamp with time zone') {
        return (value) => ({ ...(value as ZonedValue), picos: roundPicos((value as ZonedValue).picos, to.precision) });
      }
      if (from.kind === 'time with time zone') {
        return (
          local &&
          ((value) => ({
            picos: roundPicos(fromLocal(local(value), offsetZone(value)), to.precision),
            zone: offsetZone(value),
          }))
        );
      }
      return local && ((value) => ({ picos: roundPicos(local(value), to.precision), zone: 'UTC' }));
    case 'time':
      if (from.kind === 'time') return (value) => roundTime(value as bigint, to.precision);
      if (from.kind === 'date') return undefined;
      return local && ((value) => roundTime(timeOfDay(local(value)), to.precision));
    case 'time with time zone':
      return offsetTime(from, to.precision);
    default:
      return undefined;
  }
}

const timeOfDay = (local: bigint): bigint => local - floorDiv(local, PICOS_PER_DAY) * PICOS_PER_DAY;
const offsetZone = (value: Value): string => {
  const { offset } = value as OffsetTime;
  const size = Math.abs(offset);
  if (offset === 0) return 'UTC';
  return `${offset < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
};

function localOf(from: TrinoType, { now }: CastContext): ((value: Value) => bigint) | undefined {
  const today = BigInt(Math.floor(now / 86_400_000)) * PICOS_PER_DAY;
  switch (from.kind) {
    case 'date':
      return (value) => BigInt(value as number) * PICOS_PER_DAY;
    case 'timestamp':
      return (value) => value as bigint;
    case 'timestamp with time zone':
      return (value) => toLocal((value as ZonedValue).picos, (value as ZonedValue).zone);
    case 'time':
      return (value) => today + (value as bigint);
    case 'time with time zone':
      return (value) => today + (value as OffsetTime).picos;
    default:
      return undefined;
  }
}

function offsetTime(from: TrinoType, precision: number): Cast | undefined {
  switch (from.kind) {
    case 'time':
      return (value) => ({ picos: roundTime(value as bigint, precision), offset: 0 });
    case 'time with time zone':
      return (value) => ({
        picos: roundTime((value as OffsetTime).picos, precision),
        offset: (value as OffsetTime).offset,
      });
    case 'timestamp':
      return (value) => ({ picos: roundTime(timeOfDay(value as bigint), precision), offset: 0 });
    case 'timestamp with time zone':
      return (value) => {
        const { picos, zone } = value as ZonedValue;
        const offset = offsetAt(zone, Number(floorDiv(picos, PICOS_PER_SECOND))) / 60;
        return { picos: roundTime(timeOfDay(toLocal(picos, zone)), precision), offset };
      };
    default:
      return undefined;
  }
}

function other(from: TrinoType, to: TrinoType): Cast | undefined {
  if (from.kind === 'varbinary' && to.kind === 'uuid') {
    return (value) => {
      const hex = Buffer.from(value as Uint8Array).toString('hex');
      if (hex.length !== 32) throw invalidCast(`Invalid UUID binary length: ${hex.length / 2}`);
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    };
  }
  if (from.kind === 'uuid' && to.kind === 'varbinary')
    return (value) => Buffer.from((value as string).replaceAll('-', ''), 'hex');
  if (from.kind === 'varbinary' && to.kind === 'ipaddress') {
    return (value) => {
      const bytes = value as Uint8Array;
      if (bytes.length === 4) return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...bytes]);
      if (bytes.length !== 16) throw invalidCast(`Invalid IP address binary length: ${bytes.length}`);
      return bytes;
    };
  }
  if (from.kind === 'ipaddress' && to.kind === 'varbinary') return same;
  return undefined;
}

/** Whether Trino has the cast. */
export function canCast(from: TrinoType, to: TrinoType): boolean {
  return castOf(from, to, { now: 0 }) !== undefined;
}

export const castRefused = (from: TrinoType, to: TrinoType): string =>
  `Cannot cast ${typeName(from)} to ${typeName(to)}`;
