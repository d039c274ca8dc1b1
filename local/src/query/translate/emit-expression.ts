import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { notSupported, QueryError } from '../errors';
import type { Expression, FunctionCall, SortItem, WindowSpec } from '../sql/ast';
import { call as callOf } from '../sql/parse-call';
import type { Context } from './context';
import { emitQuery } from './emit-query';
import { AGGREGATES, entryOf, fill, SCALARS } from './functions';
import { checkComparable, checkJoined, type Hint, hintOf, isInterval } from './hints';
import { atTimeZone, interval, typedLiteral } from './literals';
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
    private readonly depth = 0,
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
        checkComparable(expression, this.context);
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
        return this.emit(callOf(expression.field, [expression.operand], expression.at));
      case 'call':
        return this.call(expression);
      case 'array':
        return `[${expression.items.map((item) => this.emit(item)).join(', ')}]`;
      case 'row':
        // Named as Trino names them, since DuckDB's clients can't tell nameless fields apart.
        return `{${expression.items.map((item, index) => `'field${index}': ${this.emit(item)}`).join(', ')}}`;
      case 'subscript':
        return this.subscript(expression);
      case 'field':
        return `(${this.emit(expression.operand)}).${quoteIdentifier(expression.name)}`;
      case 'at-time-zone':
        return atTimeZone(this.emit(expression.operand), this.emit(expression.zone));
      case 'lambda':
        throw new QueryError(
          'SYNTAX_ERROR',
          'Lambda expression should always be used inside a function',
          expression.at,
        );
    }
  }

  /**
   * A name for the parameter of a lambda of DuckDB's: another one for each lambda around, and none that a column has,
   * which it would hide.
   */
  parameterName(index = 0): string {
    return quoteIdentifier(`-> ${this.depth}.${index}`);
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
    const { context, depth } = this;
    const { parameters } = lambda;
    const inside: Context = {
      ...context,
      known: new Map(),
      columnTypes: (name) => (parameters.includes(name) ? [] : context.columnTypes(name)),
      namesakes: (name) => (parameters.includes(name) ? [undefined] : context.namesakes(name)),
    };
    return new ExpressionEmitter(inside, inner, depth + 1).emit(lambda.body);
  }

  hint(expression: Expression): Hint {
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
    const place = parts.findIndex((_part, index) => index > 0 && this.context.isTable(parts.slice(0, index + 1)));
    return parts.slice(Math.max(place, 0)).map(quoteIdentifier).join('.');
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

  private binary(expression: Expression & { kind: 'binary' }): string {
    const { operator, left, right } = expression;
    if (operator === 'and' || operator === 'or') return this.chain(expression);
    checkComparable(expression, this.context);
    if (operator === '||') return this.joined(expression);
    if (operator === '-' && this.hint(left) === 'date' && this.hint(right) === 'date') {
      // An interval, where DuckDB's is a number of days.
      return `(CAST(${this.emit(left)} AS TIMESTAMP) - CAST(${this.emit(right)} AS TIMESTAMP))`;
    }
    const divisor = operator === '/' || operator === '%';
    const text = `(${this.emit(left)} ${operator.toUpperCase()} ${divisor ? this.divisor(right) : this.emit(right)})`;
    const stays = (operator === '+' || operator === '-') && (isInterval(left) || isInterval(right));
    return stays && hintOf(expression, this.context) === 'date' ? `CAST(${text} AS DATE)` : text;
  }

  private joined({ left, right, at }: Expression & { kind: 'binary' }): string {
    checkJoined([left, right], at, this.context);
    const [a, b] = [this.emit(left), this.emit(right)];
    const hints = [this.hint(left), this.hint(right)];
    const item = hints.find((hint) => hint !== 'array');
    if (!hints.includes('array') || item === undefined) return `(${a} || ${b})`;
    return hints[0] === 'array' ? `list_append(${a}, ${b})` : `list_prepend(${a}, ${b})`;
  }

  /** DuckDB's integers divided by zero are NULL; Trino's query fails, unless TRY is around. */
  private divisor(expression: Expression): string {
    const text = this.emit(expression);
    const fine = expression.kind === 'number' && Number(expression.value) !== 0;
    if (fine || text.length > MAX_REPEATED) return text;
    const integer = `typeof(${text}) NOT IN ('DOUBLE', 'FLOAT')`;
    return `CASE WHEN ${text} = 0 AND ${integer} THEN ${failure('Division by zero', 'TINYINT')} ELSE ${text} END`;
  }

  private subscript({ operand, index }: Expression & { kind: 'subscript' }): string {
    const [value, place] = [this.emit(operand), this.emit(index)];
    switch (value.length > MAX_REPEATED ? undefined : this.hint(operand)) {
      case 'array': {
        const beyond = `CASE WHEN ${place} > len(${value}) THEN ${failure('Array subscript must be less than or equal to array length', 'TINYINT')}`;
        return `(${value})[${beyond} ELSE ${place} END]`;
      }
      case 'map': {
        const missing = failure('Key not present in map', 'TINYINT');
        return `map_extract(${value}, ${place})[CASE WHEN map_contains(${value}, ${place}) THEN 1 ELSE ${missing} END]`;
      }
      default:
        return `(${value})[${place}]`;
    }
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
    checkComparable(expression, this.context);
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
    if (wanted !== 'VARCHAR') return `${safe ? 'TRY_CAST' : 'CAST'}(${value} AS ${wanted})`;
    const text = this.toText(operand, value);
    const length = type.args[0];
    return typeof length === 'number' ? `left(${text}, ${length})` : text;
  }

  /** As Trino casts to varchar: times to the millisecond, and what is in a JSON text without its quotes. */
  private toText(operand: Expression, value: string): string {
    switch (this.hint(operand)) {
      case 'timestamp':
        return `strftime(${value}, '%Y-%m-%d %H:%M:%S.%g')`;
      case 'timestamp with time zone': {
        const zone = operand.kind === 'at-time-zone' ? this.emit(operand.zone) : "'UTC'";
        return `(strftime(${value}, '%Y-%m-%d %H:%M:%S.%g ') || ${zone})`;
      }
      case 'json':
        return `json_extract_string(${value}, '$')`;
      default:
        return `CAST(${value} AS VARCHAR)`;
    }
  }

  private call(call: FunctionCall): string {
    const special = entryOf(SPECIAL, call.name);
    if (special !== undefined) return special(call, this);
    const aggregate = entryOf(AGGREGATES, call.name);
    if (aggregate !== undefined) return this.aggregate(call, aggregate);
    const scalar = entryOf(SCALARS, call.name);
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

/** What is longer isn't checked before use: a check repeats it, and nested ones would repeat it without end. */
const MAX_REPEATED = 500;

/** What fails with this message once it is reached; unlike DuckDB's error() it may be inside of TRY. */
function failure(message: string, type: string): string {
  return `CAST(${quoteLiteral(message)} AS ${type})`;
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
