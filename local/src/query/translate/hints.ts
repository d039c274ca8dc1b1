import { QueryError, typeMismatch } from '../errors';
import { trinoTypeOf } from '../result/type-names';
import type { Expression, FunctionCall, TypeName } from '../sql/ast';
import type { Context } from './context';
import { entryOf } from './functions';
import { hasZone } from './literals';
import { RESULT_TYPES } from './result-types';

/** What kind of type an expression is of; undefined when that isn't known. */
export type Hint =
  | 'date'
  | 'timestamp'
  | 'timestamp with time zone'
  | 'varchar'
  | 'number'
  | 'boolean'
  | 'json'
  | 'map'
  | 'array'
  | undefined;

const NUMBERS = /^(tinyint|smallint|integer|bigint|real|double|decimal)/;

/** The kind of a type of Trino's. */
export function kindOf(type: string | undefined): Hint {
  if (type === undefined) return undefined;
  if (NUMBERS.test(type)) return 'number';
  if (type.startsWith('timestamp')) return type.endsWith('time zone') ? 'timestamp with time zone' : 'timestamp';
  const name = type.replace(/\(.*$/, '');
  if (name === 'char') return 'varchar';
  return (['date', 'varchar', 'boolean', 'json', 'map', 'array'] as const).find((kind) => kind === name);
}

export function hintOf(expression: Expression, context: Context): Hint {
  return kindOf(typeOf(expression, context));
}

/** An expression's type in Trino's words, as far as it shows without resolving every name. */
export function typeOf(expression: Expression, context: Context): string | undefined {
  const inner = (part: Expression) => typeOf(part, context);
  switch (expression.kind) {
    case 'string':
      return `varchar(${[...expression.value].length})`;
    case 'number':
      return numberType(expression.value);
    case 'boolean':
    case 'is-null':
    case 'like':
    case 'in':
    case 'between':
    case 'exists':
    case 'quantified':
      return 'boolean';
    case 'array':
      return `array(${(expression.items[0] && inner(expression.items[0])) ?? 'unknown'})`;
    case 'typed':
      return literalType(expression);
    case 'cast':
      return castType(expression.type);
    case 'column':
      return columnType(expression.parts.at(-1) as string, context);
    case 'call':
      return callType(expression, inner);
    case 'unary':
      return expression.operator === 'not' ? 'boolean' : inner(expression.operand);
    case 'binary':
      return binaryType(expression, inner);
    case 'case':
      return [
        ...expression.branches.map(({ result }) => result),
        ...(expression.otherwise ? [expression.otherwise] : []),
      ]
        .map(inner)
        .find((type) => type !== undefined);
    case 'extract':
      return 'bigint';
    case 'subscript':
      return /^array\((.*)\)$/.exec(inner(expression.operand) ?? '')?.[1];
    case 'at-time-zone':
      return 'timestamp(3) with time zone';
    case 'parameter': {
      const value = context.parameters[expression.index ?? 0];
      return value === undefined ? undefined : inner(value);
    }
    default:
      return undefined;
  }
}

function numberType(text: string): string {
  if (/e/i.test(text)) return 'double';
  if (!text.includes('.')) return Number(text) > 2_147_483_647 ? 'bigint' : 'integer';
  const [whole = '', fraction = ''] = text.split('.');
  return `decimal(${whole.replace(/^0+/, '').length + fraction.length},${fraction.length})`;
}

function literalType({ type, value }: Expression & { kind: 'typed' }): string | undefined {
  switch (type) {
    case 'timestamp':
      return hasZone(value) ? 'timestamp(3) with time zone' : 'timestamp(3)';
    case 'decimal':
      return numberType(value.includes('.') ? value : `${value}.`);
    case 'x':
      return 'varbinary';
    default:
      return type;
  }
}

function castType({ name, args }: TypeName): string {
  const known: Readonly<Record<string, string>> = {
    int: 'integer',
    float: 'real',
    string: 'varchar',
    timestamp: 'timestamp(3)',
    'timestamp with time zone': 'timestamp(3) with time zone',
  };
  const written = known[name] ?? name;
  const [first, second] = args;
  if (typeof first === 'number')
    return typeof second === 'number' ? `${name}(${first},${second})` : `${name}(${first})`;
  if (args.length === 0 || name === 'row') return written;
  return `${written}(${args.map((arg) => castType((arg as { type: TypeName }).type)).join(', ')})`;
}

/** Of all that a name stands for in the query, if it is of one kind. */
function columnType(name: string, context: Context): string | undefined {
  const { known } = context;
  if (known.has(name)) return known.get(name);
  // Until it is worked out: expressions may name each other in a circle.
  known.set(name, undefined);
  const types = [
    ...context.columnTypes(name).map(trinoTypeOf),
    ...context
      .namesakes(name)
      // `date_trunc('day', x) AS x` is of the type that x is of anyway.
      .filter((found) => found === undefined || !isTypedBy(found, name))
      .map((found) => (found === undefined ? undefined : typeOf(found, context))),
  ];
  const [first] = types;
  const found = types.every((type) => type !== undefined && kindOf(type) === kindOf(first)) ? first : undefined;
  known.set(name, found);
  return found;
}

/** Whether an expression is of the type of the column of this name, whatever that is. */
function isTypedBy(expression: Expression, name: string): boolean {
  if (expression.kind === 'column') return expression.parts.at(-1) === name;
  if (expression.kind !== 'call') return false;
  const from = entryOf(RESULT_TYPES, expression.name);
  const argument = typeof from === 'number' ? expression.args.at(from) : undefined;
  return argument !== undefined && isTypedBy(argument, name);
}

function callType({ name, args }: FunctionCall, inner: (part: Expression) => string | undefined): string | undefined {
  const known = entryOf(RESULT_TYPES, name);
  if (typeof known !== 'number') return known;
  const argument = args.at(known);
  return argument === undefined ? undefined : inner(argument);
}

function binaryType(
  { operator, left, right }: Expression & { kind: 'binary' },
  inner: (part: Expression) => string | undefined,
): string | undefined {
  if (operator === '||') {
    const first = inner(left);
    return first?.startsWith('array') ? first : 'varchar';
  }
  if (!['+', '-', '*', '/', '%'].includes(operator)) return 'boolean';
  if (isInterval(right)) return isInterval(left) ? undefined : inner(left);
  if (isInterval(left)) return operator === '+' ? inner(right) : undefined;
  const types = [inner(left), inner(right)];
  if (types.some((type) => type === undefined || !/^(integer|bigint|double|real)$/.test(type))) return undefined;
  return ['double', 'real', 'bigint', 'integer'].find((type) => types.includes(type));
}

/** Whether an expression is an interval that is written out, or some of it. */
export function isInterval(expression: Expression): boolean {
  if (expression.kind === 'interval') return true;
  if (expression.kind === 'unary') return isInterval(expression.operand);
  return expression.kind === 'binary' && '*/'.includes(expression.operator)
    ? isInterval(expression.left) || isInterval(expression.right)
    : false;
}

const comparable = (kind: Hint): Hint => (kind === 'timestamp' || kind === 'timestamp with time zone' ? 'date' : kind);

/** The types of expressions, if they are all known and Trino has no type that they have in common. */
function clash(expressions: readonly Expression[], context: Context): string[] | undefined {
  const types = expressions.map((expression) => typeOf(expression, context));
  const kinds = new Set(types.map((type) => comparable(kindOf(type))));
  const known = [...kinds].every((kind) => kind !== undefined && kind !== 'json');
  return known && kinds.size > 1 ? (types as string[]) : undefined;
}

/** Trino's comparisons are made of three. */
const OPERATORS: Readonly<Record<string, string>> = { '=': '=', '<>': '=', '<': '<', '>': '<', '<=': '<=', '>=': '<=' };

/**
 * Trino compares nothing with a value of another kind; DuckDB would cast silently.
 * @throws QueryError `TYPE_MISMATCH`, for a text beside a number, a date or a boolean, and so on.
 */
export function checkComparable(
  expression: Expression & { kind: 'binary' | 'between' | 'in' },
  context: Context,
): void {
  const { at } = expression;
  if (expression.kind === 'binary') {
    const operator = OPERATORS[expression.operator];
    const types = operator && clash([expression.left, expression.right], context);
    if (types) throw typeMismatch(`Cannot apply operator: ${types.join(` ${operator} `)}`, at);
    return;
  }
  if (expression.kind === 'between') {
    const types = clash([expression.operand, expression.low, expression.high], context);
    if (types) throw typeMismatch(`Cannot check if ${types[0]} is BETWEEN ${types[1]} and ${types[2]}`, at);
    return;
  }
  if (!Array.isArray(expression.options)) return;
  for (const option of expression.options as Expression[]) {
    const types = clash([expression.operand, option], context);
    if (types === undefined) continue;
    throw typeMismatch(
      `IN value and list items must be the same type or coercible to a common type. Cannot find common type between ${types.join(' and ')}, all types (without duplicates): [${types.join(', ')}]`,
      at,
    );
  }
}

/** Trino joins texts with texts alone. @throws QueryError `FUNCTION_NOT_FOUND` for a text beside anything else. */
export function checkJoined(parts: readonly Expression[], at: Expression['at'], context: Context): void {
  const types = clash(parts, context);
  const kinds = types?.map(kindOf) ?? [];
  // An array takes items of its own.
  if (types === undefined || !kinds.includes('varchar') || kinds.includes('array')) return;
  throw new QueryError(
    'FUNCTION_NOT_FOUND',
    `Unexpected parameters (${types.join(', ')}) for function concat. Expected: concat(char(x), char(y)), concat(array(E), E) E, concat(E, array(E)) E, concat(array(E)) E, concat(varchar), concat(varbinary)`,
    at,
  );
}
