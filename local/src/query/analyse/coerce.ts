import { QueryError, typeMismatch } from '../errors';
import type { Position } from '../sql/tokens';
import { canCoerce, commonType } from '../types/coercion';
import { sameType, type TrinoType, typeName } from '../types/type';
import { castOf } from '../values/cast';
import { ValueError } from '../values/value';
import type { Typed } from './tree';

/** A value cast to a type to which Trino casts it implicitly. */
export function coerce(value: Typed, type: TrinoType): Typed {
  if (sameType(value.type, type)) return value;
  if (value.kind === 'literal' && value.value !== null) {
    const folded = foldCast(value, type);
    if (folded !== undefined) return folded;
  }
  if (value.kind === 'literal' || value.type.kind === 'unknown') return { kind: 'literal', type, value: null };
  return { kind: 'cast', type, operand: value, safe: false };
}

function foldCast(value: Typed & { kind: 'literal' }, type: TrinoType): Typed | undefined {
  try {
    const cast = castOf(value.type, type, { now: 0 });
    return cast && { kind: 'literal', type, value: cast(value.value) };
  } catch (error) {
    if (error instanceof ValueError) return { kind: 'cast', type, operand: value, safe: false };
    throw error;
  }
}

/** The common type of all values. @throws QueryError `TYPE_MISMATCH`, beginning with `message` */
export function commonTypeOf(values: readonly Typed[], message: string, at: Position): TrinoType {
  let common: TrinoType = { kind: 'unknown' };
  for (const { type } of values) {
    const next = commonType(common, type);
    if (next === undefined) {
      const all = [...new Set(values.map((value) => typeName(value.type)))];
      throw typeMismatch(
        `${message} Cannot find common type between ${typeName(common)} and ${typeName(type)}, all types (without duplicates): [${all.join(', ')}]`,
        at,
      );
    }
    common = next;
  }
  return common;
}

/** @throws QueryError `TYPE_MISMATCH` for a value that isn't a boolean */
export function asBoolean(value: Typed, message: string, at: Position): Typed {
  if (!canCoerce(value.type, { kind: 'boolean' }))
    throw typeMismatch(`${message} must evaluate to a boolean: actual type ${typeName(value.type)}`, at);
  return coerce(value, { kind: 'boolean' });
}

/** A ValueError of constant folding as a QueryError at a position; other errors unchanged. */
export function refusedAt(error: unknown, at: Position): unknown {
  return error instanceof ValueError ? new QueryError(error.code, error.detail, at) : error;
}
