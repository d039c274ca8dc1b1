import { QueryError } from '../errors';
import type { Expression } from '../sql/ast';
import type { Position } from '../sql/tokens';
import {
  BIGINT,
  DOUBLE,
  decimal,
  INTEGER,
  simple,
  type TrinoType,
  timestamp,
  typeOf,
  VARBINARY,
  varchar,
  zoned,
} from '../types/type';
import { castOf } from '../values/cast';
import { jsonText, parseJson } from '../values/json-text';
import { RANGES } from '../values/numbers';
import { parseInterval, parseTime, parseTimestamp, zonedOf } from '../values/parse-time';
import { codePoints, type Value, ValueError } from '../values/value';
import type { Typed } from './tree';

export const literal = (type: TrinoType, value: Value): Typed => ({ kind: 'literal', type, value });

export const textLiteral = (value: string): Typed => literal(varchar(codePoints(value).length), value);

/** A numeric literal: an integer, a decimal, or with an exponent a double. @throws QueryError if it is too large */
export function numberLiteral(text: string, at: Position): Typed {
  if (/e/i.test(text)) return literal(DOUBLE, Number(text));
  if (text.includes('.')) return decimalLiteral(text, at);
  const value = BigInt(text);
  if (value <= RANGES.integer[1] && value >= RANGES.integer[0]) return literal(INTEGER, Number(value));
  if (value > RANGES.bigint[1] || value < RANGES.bigint[0])
    throw new QueryError('SYNTAX_ERROR', `Invalid numeric literal: ${text}`, at);
  return literal(BIGINT, value);
}

function decimalLiteral(text: string, at: Position): Typed {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  const [, sign = '', whole = '', fraction = ''] = match ?? [];
  if (match === null || whole + fraction === '') throw invalid('DECIMAL', text, at);
  const precision = Math.max(1, whole.replace(/^0+/, '').length + fraction.length);
  if (precision > 38) throw invalid('DECIMAL', text, at);
  return literal(decimal(precision, fraction.length), BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n));
}

const invalid = (type: string, text: string, at: Position) =>
  new QueryError('INVALID_LITERAL', `'${text}' is not a valid ${type} literal`, at);

/** A literal with its type before it. @throws QueryError if the text isn't a value of the type */
export function typedLiteral({ type, value, at }: Expression & { kind: 'typed' }): Typed {
  switch (type) {
    case 'x':
      return literal(VARBINARY, binary(value, at));
    case 'decimal':
      return decimalLiteral(value, at);
    case 'timestamp': {
      const found = parseTimestamp(value);
      if (found === undefined) throw invalid('TIMESTAMP', value, at);
      if (found.zone === undefined) return literal(timestamp(found.precision), found.local);
      return refusing('TIMESTAMP', value, at, () => literal(zoned(found.precision), zonedOf(found)));
    }
    case 'time': {
      const found = parseTime(value);
      if (found === undefined) throw invalid('TIME', value, at);
      if (found.offset === undefined) return literal({ kind: 'time', precision: found.precision }, found.picos);
      return literal(
        { kind: 'time with time zone', precision: found.precision },
        { picos: found.picos, offset: found.offset },
      );
    }
    case 'json': {
      const json = parseJson(value);
      if (json === undefined) throw invalid('JSON', value, at);
      return literal(simple('json'), jsonText(json));
    }
    case 'char':
      return literal({ kind: 'char', length: Math.max(1, codePoints(value).length) }, value.replace(/ +$/, ''));
    case 'varchar':
      return literal({ kind: 'varchar' }, value);
    default: {
      const target = typeOf({ name: type, args: [] });
      const cast = castOf({ kind: 'varchar' }, target, { now: 0 });
      if (cast === undefined) throw invalid(type.toUpperCase(), value, at);
      return refusing(type.toUpperCase(), value, at, () => literal(target, cast(value)));
    }
  }
}

function refusing(type: string, text: string, at: Position, read: () => Typed): Typed {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValueError) throw invalid(type, text, at);
    throw error;
  }
}

function binary(text: string, at: Position): Uint8Array {
  const digits = text.replaceAll(/\s/g, '');
  if (digits.length % 2 !== 0)
    throw new QueryError('SYNTAX_ERROR', 'binary literal must contain an even number of digits', at);
  if (!/^[0-9a-f]*$/i.test(digits))
    throw new QueryError('SYNTAX_ERROR', 'binary literal can only contain hexadecimal digits', at);
  return Buffer.from(digits, 'hex');
}

/**
 * An interval literal: `INTERVAL '1 2:03' DAY TO MINUTE`. @throws QueryError if the text isn't an interval of its unit
 */
export function intervalLiteral({ value, unit, at }: Expression & { kind: 'interval' }): Typed {
  const found = parseInterval(value, unit);
  if (found === undefined) throw new QueryError('INVALID_LITERAL', `'${value}' is not a valid INTERVAL literal`, at);
  return literal(simple(typeof found === 'number' ? 'interval year to month' : 'interval day to second'), found);
}
