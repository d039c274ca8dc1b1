import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { notSupported, QueryError } from '../errors';
import type { Expression, FunctionCall, SortItem, WindowSpec } from '../sql/ast';
import type { Context } from './context';
import { emitQuery } from './emit-query';
import { AGGREGATES, fill, SCALARS } from './functions';
import { checkComparable, hintOf } from './hints';
import { SPECIAL } from './special-functions';
import { duckdbTypeOf } from './types';

/** Parameters of the lambdas around an expression, and what stands for them. */
export type Lambdas = ReadonlyMap<string, string>;

export const NO_LAMBDAS: Lambdas = new Map();

/** Writes an expression for DuckDB. Whatever a user typed ends up as a quoted name or a quoted literal. */
export class ExpressionEmitter {
  constructor(
    readonly context: Context,
    private readonly lambdas: Lambdas = NO_LAMBDAS,
  ) {}

  emit(expression: Expression): string {
    switch (expression.kind) {
      case 'column':
        return this.column(expression.parts);
      case 'string':
        return quoteLiteral(expression.value);
      case 'number':
        return expression.value;
      case 'boolean':
        return expression.value ? 'TRUE' : 'FALSE';
      case 'null':
        return 'NULL';
      case 'parameter':
        return this.parameter(expression);
      case 'typed':
        return typedLiteral(expression);
      case 'interval':
        return interval(expression.value, expression.unit);
      case 'unary':
        return `(${expression.operator === 'not' ? 'NOT ' : expression.operator} ${this.emit(expression.operand)})`;
      case 'binary':
        return this.binary(expression);
      case 'between':
        for (const bound of [expression.low, expression.high]) this.comparable('>=', expression.operand, bound);
        return `(${this.emit(expression.operand)}${not(expression)} BETWEEN ${this.emit(expression.low)} AND ${this.emit(expression.high)})`;
      case 'in':
        return this.inList(expression);
      case 'like':
        return `(${this.emit(expression.operand)}${not(expression)} LIKE ${this.emit(expression.pattern)}${
          expression.escape === undefined ? '' : ` ESCAPE ${this.emit(expression.escape)}`
        })`;
      case 'is-null':
        return `(${this.emit(expression.operand)} IS${not(expression)} NULL)`;
      case 'exists':
        return `EXISTS (${emitQuery(expression.query, this.context)})`;
      case 'subquery':
        return `(${emitQuery(expression.query, this.context)})`;
      case 'quantified':
        return `(${this.emit(expression.left)} ${expression.operator} ${expression.quantifier} (${emitQuery(expression.query, this.context)}))`;
      case 'case':
        return this.caseOf(expression);
      case 'cast':
        return this.cast(expression);
      case 'extract':
        return this.emit(asCall(expression.field, [expression.operand], expression.at));
      case 'call':
        return this.call(expression);
      case 'array':
        return `[${expression.items.map((item) => this.emit(item)).join(', ')}]`;
      case 'row':
        // Named as Trino names them, since DuckDB's clients can't tell nameless fields apart.
        return `{${expression.items.map((item, index) => `'field${index}': ${this.emit(item)}`).join(', ')}}`;
      case 'subscript':
        return `(${this.emit(expression.operand)})[${this.emit(expression.index)}]`;
      case 'field':
        return `(${this.emit(expression.operand)}).${quoteIdentifier(expression.name)}`;
      case 'at-time-zone':
        return `timezone(${this.emit(expression.zone)}, CAST(${this.emit(expression.operand)} AS TIMESTAMPTZ))`;
      case 'lambda':
        throw new QueryError(
          'SYNTAX_ERROR',
          'Lambda expression should always be used inside a function',
          expression.at,
        );
    }
  }

  /** The body of a lambda whose parameters are known by these texts. */
  body(lambda: Expression | undefined, replacements: readonly string[], owner: FunctionCall): string {
    if (lambda?.kind !== 'lambda' || lambda.parameters.length !== replacements.length) {
      throw new QueryError('FUNCTION_NOT_FOUND', `Unexpected parameters for function ${owner.name}.`, owner.at);
    }
    const inner = new Map(this.lambdas);
    lambda.parameters.forEach((name, index) => {
      inner.set(name, replacements[index] as string);
    });
    return new ExpressionEmitter(this.context, inner).emit(lambda.body);
  }

  hint(expression: Expression) {
    return hintOf(expression, this.context);
  }

  sortItems(items: readonly SortItem[]): string {
    return items
      .map(
        ({ expression, descending, nullsFirst }) =>
          `${this.emit(expression)}${descending ? ' DESC' : ' ASC'} NULLS ${nullsFirst === true ? 'FIRST' : 'LAST'}`,
      )
      .join(', ');
  }

  window(spec: WindowSpec): string {
    const parts: string[] = [];
    if (spec.name !== undefined) parts.push(quoteIdentifier(spec.name));
    if (spec.partitionBy.length > 0)
      parts.push(`PARTITION BY ${spec.partitionBy.map((item) => this.emit(item)).join(', ')}`);
    if (spec.orderBy.length > 0) parts.push(`ORDER BY ${this.sortItems(spec.orderBy)}`);
    if (spec.frame !== undefined) {
      const bounds = spec.frame.bounds.map(({ offset, text }) =>
        offset === undefined ? text : `${this.emit(offset)} ${text}`,
      );
      parts.push(`${spec.frame.unit} ${bounds.length === 2 ? `BETWEEN ${bounds.join(' AND ')}` : bounds[0]}`);
    }
    return `(${parts.join(' ')})`;
  }

  private column(parts: readonly string[]): string {
    const [first = '', ...rest] = parts;
    const lambda = this.lambdas.get(first);
    if (lambda !== undefined) return [lambda, ...rest.map(quoteIdentifier)].join('.');
    // A table is known by its name alone once it is bound: its catalog and schema are dropped.
    const shown =
      first === 'awsdatacatalog' && parts.length === 4 ? parts.slice(2) : parts.length === 3 ? parts.slice(-2) : parts;
    return shown.map(quoteIdentifier).join('.');
  }

  private parameter(expression: Expression & { kind: 'null' | 'parameter' }): string {
    const value = this.context.parameters[expression.index ?? 0];
    if (value === undefined) {
      throw new QueryError(
        'INVALID_PARAMETER_USAGE',
        'Incorrect number of parameters: not all are given',
        expression.at,
      );
    }
    return new ExpressionEmitter(this.context).emit(value);
  }

  private comparable(operator: string, left: Expression, right: Expression): void {
    checkComparable(operator, left, right, this.context);
  }

  private binary(expression: Expression & { kind: 'binary' }): string {
    const { operator, left, right } = expression;
    if (operator === 'and' || operator === 'or') return this.chain(expression);
    if (['=', '<>', '<', '<=', '>', '>='].includes(operator)) this.comparable(operator, left, right);
    const text = `(${this.emit(left)} ${operator.toUpperCase()} ${this.emit(right)})`;
    const stays = (operator === '+' || operator === '-') && right.kind === 'interval' && this.hint(left) === 'date';
    return stays ? `CAST(${text} AS DATE)` : text;
  }

  /** `a OR b OR c …`, flat: DuckDB limits how deep expressions are, and generated conditions are long. */
  private chain(expression: Expression & { kind: 'binary' }): string {
    const operands: string[] = [];
    let rest: Expression = expression;
    while (rest.kind === 'binary' && rest.operator === expression.operator) {
      operands.push(this.emit(rest.right));
      rest = rest.left;
    }
    operands.push(this.emit(rest));
    return `(${operands.reverse().join(` ${expression.operator.toUpperCase()} `)})`;
  }

  private inList(expression: Expression & { kind: 'in' }): string {
    const { operand, options } = expression;
    if (!Array.isArray(options)) {
      return `(${this.emit(operand)}${not(expression)} IN (${emitQuery(options as never, this.context)}))`;
    }
    for (const option of options as Expression[]) this.comparable('=', operand, option);
    const items = (options as Expression[]).map((option) => this.emit(option)).join(', ');
    return `(${this.emit(operand)}${not(expression)} IN (${items}))`;
  }

  private caseOf({ operand, branches, otherwise }: Expression & { kind: 'case' }): string {
    const cases = branches.map(({ when, result }) => `WHEN ${this.emit(when)} THEN ${this.emit(result)}`).join(' ');
    const subject = operand === undefined ? '' : ` ${this.emit(operand)}`;
    return `(CASE${subject} ${cases}${otherwise === undefined ? '' : ` ELSE ${this.emit(otherwise)}`} END)`;
  }

  private cast({ operand, type, safe }: Expression & { kind: 'cast' }): string {
    // A row is cast by position, which DuckDB does for nameless fields only.
    const value =
      operand.kind === 'row' ? `row(${operand.items.map((item) => this.emit(item)).join(', ')})` : this.emit(operand);
    const wanted = duckdbTypeOf(type);
    if (wanted === 'JSON') return `to_json(${value})`;
    if (wanted === 'VARCHAR' && this.hint(operand) === 'timestamp') return `strftime(${value}, '%Y-%m-%d %H:%M:%S.%g')`;
    const cast = `${safe ? 'TRY_CAST' : 'CAST'}(${value} AS ${wanted})`;
    const length = type.args[0];
    return wanted === 'VARCHAR' && typeof length === 'number' ? `left(${cast}, ${length})` : cast;
  }

  private call(call: FunctionCall): string {
    const special = SPECIAL[call.name];
    if (special !== undefined) return special(call, this);
    const aggregate = AGGREGATES[call.name];
    if (aggregate !== undefined) return this.aggregate(call, aggregate);
    const scalar = SCALARS[call.name];
    if (scalar === undefined || call.star) {
      throw new QueryError('FUNCTION_NOT_FOUND', `Function '${call.name}' not registered`, call.at);
    }
    const [min, max, template] = scalar;
    checkCount(call, min, max);
    const args = call.args.map((arg) => this.emit(arg));
    if (call.over === undefined) return fill(template, args);
    const inner = call.ignoreNulls && args.length > 0 ? [...args.slice(0, -1), `${args.at(-1)} IGNORE NULLS`] : args;
    return `${fill(template, inner)} OVER ${this.window(call.over)}`;
  }

  /** @param args overrides how the call's own arguments are written. */
  aggregate(
    call: FunctionCall,
    aggregate: { readonly name: string; readonly min: number; readonly max: number },
    args: readonly string[] = call.args.map((arg) => this.emit(arg)),
  ): string {
    if (call.star && call.name !== 'count') throw notSupported(`${call.name}(*)`, call.at);
    checkCount(call, aggregate.min, aggregate.max);
    const given = call.star ? '*' : args.join(', ');
    const order = call.orderBy.length > 0 ? ` ORDER BY ${this.sortItems(call.orderBy)}` : '';
    const filter = call.filter === undefined ? '' : ` FILTER (WHERE ${this.emit(call.filter)})`;
    const over = call.over === undefined ? '' : ` OVER ${this.window(call.over)}`;
    return `${aggregate.name}(${call.distinct ? 'DISTINCT ' : ''}${given}${order})${filter}${over}`;
  }
}

function checkCount(call: FunctionCall, min: number, max: number): void {
  if (call.args.length >= min && call.args.length <= max) return;
  throw new QueryError(
    'FUNCTION_NOT_FOUND',
    `Unexpected parameters for function ${call.name}: ${call.args.length} given`,
    call.at,
  );
}

const not = (expression: { readonly negated: boolean }) => (expression.negated ? ' NOT' : '');

export function asCall(name: string, args: readonly Expression[], at: Expression['at']): FunctionCall {
  return { kind: 'call', name, star: false, args, distinct: false, orderBy: [], ignoreNulls: false, at };
}

function typedLiteral({ type, value, at }: Expression & { kind: 'typed' }): string {
  switch (type) {
    case 'date':
    case 'time':
    case 'double':
    case 'bigint':
    case 'varchar':
    case 'json':
      return `CAST(${quoteLiteral(value)} AS ${type.toUpperCase()})`;
    case 'char':
      return quoteLiteral(value);
    case 'timestamp':
      return /([+-]\d{1,2}:\d{2}|[A-Za-z][\w/+-]*)$/.test(value)
        ? `CAST(${quoteLiteral(value)} AS TIMESTAMPTZ)`
        : `CAST(${quoteLiteral(value)} AS TIMESTAMP)`;
    case 'decimal': {
      const [whole = '', fraction = ''] = value.replace(/^[+-]/, '').split('.');
      return `CAST(${quoteLiteral(value)} AS DECIMAL(${Math.min(38, Math.max(1, whole.length + fraction.length))}, ${fraction.length}))`;
    }
    case 'x':
      return `from_hex(${quoteLiteral(value.replaceAll(/\s/g, ''))})`;
    default:
      throw notSupported(`literals of type ${type}`, at);
  }
}

const UNITS = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'year']);

function interval(value: string, unit: string): string {
  if (UNITS.has(unit) && /^-?\d+(\.\d+)?$/.test(value)) return `CAST('${value} ${unit}' AS INTERVAL)`;
  const months = /^(-?)(\d+)-(\d+)$/.exec(value);
  if (unit === 'year to month' && months !== null) {
    return `CAST('${months[1]}${Number(months[2]) * 12 + Number(months[3])} month' AS INTERVAL)`;
  }
  const days = /^(-?)(\d+) (\d+(?::\d+){0,2}(?:\.\d+)?)$/.exec(value);
  if (unit.startsWith('day to') && days !== null) {
    const [hours = '0', minutes = '0', seconds = '0'] = (days[3] as string).split(':');
    return `CAST('${days[1]}${days[2]} day ${days[1]}${hours} hour ${days[1]}${minutes} minute ${days[1]}${seconds} second' AS INTERVAL)`;
  }
  throw new QueryError('INVALID_LITERAL', `'${value}' is not a valid interval literal`);
}
