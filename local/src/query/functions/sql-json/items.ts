import { commonType } from '../../types/coercion';
import { BIGINT, BOOLEAN, DOUBLE, decimal, INTEGER, isInteger, type TrinoType, VARCHAR } from '../../types/type';
import { castOf } from '../../values/cast';
import { equalityOf, orderOf } from '../../values/compare';
import { type Json, JsonNumber, JsonObject } from '../../values/json-text';
import { divideRounded, fits, type IntegerKind, pow10, RANGES, rescale } from '../../values/numbers';
import { decimalText, doubleText, shortestFloat } from '../../values/print';
import type { Value } from '../../values/value';
import type { Operator, PathComparison } from './path';

/** An SQL value within a path: a literal, a passed variable, or the result of arithmetic. */
export class SqlValue {
  constructor(
    readonly type: TrinoType,
    readonly value: Value,
  ) {}
}

export type Item = Json | SqlValue;

/** A failed evaluation of a path, which ON ERROR handles. */
export class PathEvaluationError extends Error {}

export const isArray = (item: Item): item is readonly Json[] => Array.isArray(item);

/**
 * A scalar as an SQL value; undefined for null, arrays and objects. @throws PathEvaluationError for a number too large
 */
export function scalarOf(item: Item): SqlValue | undefined {
  if (item instanceof SqlValue) return item;
  if (typeof item === 'boolean') return new SqlValue(BOOLEAN, item);
  if (typeof item === 'string') return new SqlValue(VARCHAR, item);
  if (!(item instanceof JsonNumber)) return undefined;
  if (!/^-?\d+$/.test(item.text)) return new SqlValue(DOUBLE, Number(item.text));
  const value = BigInt(item.text);
  if (value >= RANGES.integer[0] && value <= RANGES.integer[1]) return new SqlValue(INTEGER, Number(value));
  if (value >= RANGES.bigint[0] && value <= RANGES.bigint[1]) return new SqlValue(BIGINT, value);
  throw new PathEvaluationError(`cannot convert ${item.text} to Trino value (value too big)`);
}

/** An SQL value as JSON; undefined if JSON has no form for it. */
export function jsonOf(item: Item): Json | undefined {
  if (!(item instanceof SqlValue)) return item;
  const { type, value } = item;
  switch (type.kind) {
    case 'boolean':
      return value as boolean;
    case 'char':
      return (value as string).padEnd(type.length);
    case 'varchar':
      return value as string;
    case 'decimal':
      return new JsonNumber(decimalText(value as bigint, type.scale), true);
    case 'double':
    case 'real': {
      const number = type.kind === 'real' ? shortestFloat(value as number) : (value as number);
      return Number.isFinite(number) ? new JsonNumber(doubleText(number), true) : doubleText(number);
    }
    default:
      return isInteger(type) ? new JsonNumber(String(value), true) : undefined;
  }
}

/** Name of an item's type, for messages. */
export function nameOf(item: Item): string {
  if (item instanceof SqlValue) return item.type.kind;
  if (item === null) return 'NULL';
  if (isArray(item)) return 'ARRAY';
  if (item instanceof JsonObject) return 'OBJECT';
  if (item instanceof JsonNumber) return 'NUMBER';
  return typeof item === 'string' ? 'STRING' : 'BOOLEAN';
}

export const wrongType = (expected: string, item: Item) =>
  new PathEvaluationError(`invalid item type. Expected: ${expected}, actual: ${nameOf(item)}`);

const NUMERIC = new Set(['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal']);

/** Converts an item to a number. @throws PathEvaluationError if it isn't one */
export function numberOf(item: Item): SqlValue {
  const found = scalarOf(item);
  if (found === undefined || !NUMERIC.has(found.type.kind)) throw wrongType('NUMBER', item);
  return found;
}

function converted({ type, value }: SqlValue, to: TrinoType): Value {
  const cast = castOf(type, to, { now: 0 });
  if (cast === undefined) throw new PathEvaluationError(`cannot cast ${type.kind} to ${to.kind}`);
  try {
    return cast(value);
  } catch (error) {
    throw new PathEvaluationError((error as Error).message);
  }
}

/** Evaluates arithmetic. @throws PathEvaluationError for an overflow or a division by zero */
export function calculate(operator: Operator, left: SqlValue, right: SqlValue): SqlValue {
  const common = commonType(left.type, right.type);
  if (common === undefined || !NUMERIC.has(common.kind))
    throw new PathEvaluationError(`invalid operand types to ${operator} operator`);
  if (common.kind === 'decimal') {
    const [a, b] = [left, right].map((each) => asDecimal(each)) as [SqlValue, SqlValue];
    return calculateDecimal(operator, a, b);
  }
  const [a, b] = [converted(left, common), converted(right, common)];
  if (isInteger(common)) {
    const result = calculateInteger(operator, BigInt(a as bigint), BigInt(b as bigint));
    const [low, high] = RANGES[common.kind as IntegerKind];
    if (result < low || result > high) throw new PathEvaluationError(`${common.kind} overflow`);
    return new SqlValue(common, common.kind === 'bigint' ? result : Number(result));
  }
  const result = calculateDouble(operator, a as number, b as number);
  return new SqlValue(common, common.kind === 'real' ? Math.fround(result) : result);
}

function calculateInteger(operator: Operator, a: bigint, b: bigint): bigint {
  if ((operator === '/' || operator === '%') && b === 0n) throw new PathEvaluationError('Division by zero');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

function calculateDouble(operator: Operator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

const DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

function asDecimal(found: SqlValue): SqlValue {
  const digits = DIGITS[found.type.kind];
  return digits === undefined ? found : new SqlValue(decimal(digits, 0), BigInt(found.value as bigint));
}

function calculateDecimal(operator: Operator, left: SqlValue, right: SqlValue): SqlValue {
  const [x, y] = [left.type, right.type] as [
    { precision: number; scale: number },
    { precision: number; scale: number },
  ];
  const scale = Math.max(x.scale, y.scale);
  const [a, b] = [rescale(left.value as bigint, x.scale, scale), rescale(right.value as bigint, y.scale, scale)];
  const whole = Math.max(x.precision - x.scale, y.precision - y.scale);
  if ((operator === '/' || operator === '%') && b === 0n) throw new PathEvaluationError('Division by zero');
  switch (operator) {
    case '+':
    case '-':
      return decimalValue(operator === '+' ? a + b : a - b, whole + scale + 1, scale);
    case '*':
      return decimalValue(
        (left.value as bigint) * (right.value as bigint),
        x.precision + y.precision,
        x.scale + y.scale,
      );
    case '/':
      return decimalValue(
        divideRounded(a * pow10(scale), b),
        x.precision + y.scale + Math.max(y.scale - x.scale, 0),
        scale,
      );
    case '%':
      return decimalValue(a % b, Math.min(x.precision - x.scale, y.precision - y.scale) + scale, scale);
  }
}

function decimalValue(unscaled: bigint, precision: number, scale: number): SqlValue {
  const digits = Math.max(1, Math.min(38, precision));
  if (!fits(unscaled, digits)) throw new PathEvaluationError('Decimal overflow');
  return new SqlValue(decimal(digits, scale), unscaled);
}

/** Compares two scalars; null for incomparable types. */
export function compareScalars(operator: PathComparison, left: SqlValue, right: SqlValue): boolean | null {
  const common = commonType(left.type, right.type);
  if (common === undefined) return null;
  let [a, b]: Value[] = [];
  try {
    [a, b] = [converted(left, common), converted(right, common)];
  } catch (error) {
    if (error instanceof PathEvaluationError) return null;
    throw error;
  }
  if (a === undefined || b === undefined) return null;
  if (operator === '==' || operator === '<>') {
    const equal = equalityOf(common)(a, b);
    return equal === null ? null : equal === (operator === '==');
  }
  const order = orderOf(common)(a, b);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}
