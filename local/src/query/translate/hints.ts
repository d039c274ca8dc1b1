import type { HiveType } from '../../core/hive-types';
import { typeMismatch } from '../errors';
import type { Expression } from '../sql/ast';
import type { Context } from './context';
import { MAP_VALUED } from './functions';

/** What is known of an expression's type without resolving every name; undefined when that is nothing. */
export type Hint = 'date' | 'timestamp' | 'varchar' | 'number' | 'boolean' | 'map' | 'array' | undefined;

const CAST_HINTS: Readonly<Record<string, Hint>> = {
  date: 'date',
  timestamp: 'timestamp',
  varchar: 'varchar',
  char: 'varchar',
  string: 'varchar',
  integer: 'number',
  int: 'number',
  bigint: 'number',
  smallint: 'number',
  tinyint: 'number',
  double: 'number',
  real: 'number',
  decimal: 'number',
  boolean: 'boolean',
  map: 'map',
  array: 'array',
};

const FUNCTION_HINTS: Readonly<Record<string, Hint>> = {
  current_date: 'date',
  date: 'date',
  from_iso8601_date: 'date',
  last_day_of_month: 'date',
  localtimestamp: 'timestamp',
  date_parse: 'timestamp',
  concat: 'varchar',
  lower: 'varchar',
  upper: 'varchar',
  trim: 'varchar',
  substr: 'varchar',
  substring: 'varchar',
  replace: 'varchar',
  date_format: 'varchar',
  format_datetime: 'varchar',
  json_extract_scalar: 'varchar',
  regexp_extract: 'varchar',
  split: 'array',
  array_agg: 'array',
  filter: 'array',
  transform: 'array',
  sequence: 'array',
  array_distinct: 'array',
  array_sort: 'array',
  slice: 'array',
  map_keys: 'array',
  map_values: 'array',
  flatten: 'array',
  year: 'number',
  month: 'number',
  day: 'number',
  hour: 'number',
  length: 'number',
  count: 'number',
  date_diff: 'number',
  cardinality: 'number',
};

export function hintOf(expression: Expression, context: Context): Hint {
  switch (expression.kind) {
    case 'string':
      return 'varchar';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'array';
    case 'typed':
      return CAST_HINTS[expression.type];
    case 'cast':
      return CAST_HINTS[expression.type.name];
    case 'column':
      return hintOfType(context.columnType(expression.parts.at(-1) as string));
    case 'call':
      if (MAP_VALUED.has(expression.name)) return 'map';
      if (expression.name === 'date_add' || expression.name === 'date_trunc') {
        return hintOf(expression.args.at(-1) ?? expression, context);
      }
      return FUNCTION_HINTS[expression.name];
    case 'binary':
      if (expression.operator === '||') return hintOf(expression.left, context);
      if (expression.right.kind === 'interval') return hintOf(expression.left, context);
      return undefined;
    case 'parameter':
      return hintOf(context.parameters[expression.index ?? 0] ?? { kind: 'null', at: expression.at }, context);
    default:
      return undefined;
  }
}

function hintOfType(type: HiveType | undefined): Hint {
  switch (type?.kind) {
    case undefined:
    case 'struct':
      return undefined;
    case 'map':
    case 'array':
      return type.kind;
    case 'char':
    case 'varchar':
      return 'varchar';
    case 'decimal':
      return 'number';
    case 'primitive':
      if (type.name === 'string') return 'varchar';
      if (type.name === 'date' || type.name === 'timestamp' || type.name === 'boolean') return type.name;
      return type.name === 'binary' ? undefined : 'number';
  }
}

/**
 * Trino compares nothing with a value of another kind; DuckDB would cast silently.
 * @throws QueryError `TYPE_MISMATCH`, for a text beside a number.
 */
export function checkComparable(operator: string, left: Expression, right: Expression, context: Context): void {
  const [a, b] = [typeName(left, context), typeName(right, context)];
  if (a === undefined || b === undefined || (a === 'varchar') === (b === 'varchar')) return;
  throw typeMismatch(`Cannot apply operator: ${a} ${operator} ${b}`, left.at);
}

/** The name of a type that can't be mistaken: text, or a number that is written out or a column's. */
function typeName(expression: Expression, context: Context): string | undefined {
  const hint = hintOf(expression, context);
  if (hint === 'varchar') return 'varchar';
  if (hint !== 'number') return undefined;
  if (expression.kind === 'number') {
    if (/e/i.test(expression.value)) return 'double';
    if (!expression.value.includes('.')) return Number(expression.value) > 2_147_483_647 ? 'bigint' : 'integer';
    const [whole = '', fraction = ''] = expression.value.split('.');
    return `decimal(${Math.max(whole.replace(/^0+/, '').length, 0) + fraction.length},${fraction.length})`;
  }
  if (expression.kind === 'cast') return expression.type.name === 'int' ? 'integer' : expression.type.name;
  if (expression.kind !== 'column') return 'bigint';
  const type = context.columnType(expression.parts.at(-1) as string);
  if (type?.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  if (type?.kind !== 'primitive') return undefined;
  return { int: 'integer', float: 'real' }[type.name as string] ?? type.name;
}
