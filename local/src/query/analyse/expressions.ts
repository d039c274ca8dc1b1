import { columnNotFound, QueryError, typeMismatch } from '../errors';
import { rowsNamed } from '../functions/table';
import type { Expression, FunctionCall, Query, SortItem, WindowSpec } from '../sql/ast';
import type { Position } from '../sql/tokens';
import { canCoerce, commonType } from '../types/coercion';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  isComparable,
  isOrderable,
  isText,
  type TrinoType,
  TypeNameError,
  typeName,
  typeOf,
  UNKNOWN,
  VARCHAR,
} from '../types/type';
import { canCast, castRefused } from '../values/cast';
import { type CallArgument, resolveCall, resolveOperator } from './calls';
import { asBoolean, coerce, commonTypeOf } from './coerce';
import type { Analysis, NamedQuery } from './context';
import { intervalLiteral, literal, numberLiteral, textLiteral, typedLiteral } from './literals';
import { resolveName, type Scope } from './scope';
import { analyseSpecial } from './special';
import { analyseJsonArray, analyseJsonObject, analyseJsonPath } from './sql-json';
import {
  type Comparison,
  sameNode,
  someNode,
  type Typed,
  type TypedQuery,
  type TypedSort,
  type TypedWindow,
} from './tree';

/** Scope and context of an expression. */
export interface Surroundings {
  readonly analysis: Analysis;
  readonly scope: Scope;
  readonly named: ReadonlyMap<string, NamedQuery>;
  /** Windows of the query's WINDOW clause. */
  readonly windows: ReadonlyMap<string, WindowSpec>;
  /** Name of the clause, if it allows no aggregates: `WHERE clause`. */
  readonly scalarOnly?: string;
  readonly query: (query: Query, outer: Scope, named: ReadonlyMap<string, NamedQuery>) => TypedQuery;
}

interface LambdaParameter {
  readonly id: number;
  readonly type: TrinoType;
}

const NO_LAMBDAS: ReadonlyMap<string, LambdaParameter> = new Map();

/** Types an expression: resolves names, finds functions, inserts casts. @throws QueryError in Trino's words */
export class ExpressionAnalyser {
  constructor(
    readonly around: Surroundings,
    private readonly lambdas: ReadonlyMap<string, LambdaParameter> = NO_LAMBDAS,
    private readonly insideAggregate = false,
  ) {}

  analyse(expression: Expression): Typed {
    switch (expression.kind) {
      case 'column':
        return this.column(expression);
      case 'string':
        return textLiteral(expression.value);
      case 'number':
        return numberLiteral(expression.value, expression.at);
      case 'boolean':
        return literal(BOOLEAN, expression.value);
      case 'null':
        return literal(UNKNOWN, null);
      case 'parameter':
        return this.parameter(expression);
      case 'typed':
        return typedLiteral(expression);
      case 'interval':
        return intervalLiteral(expression);
      case 'unary':
        return this.unary(expression);
      case 'binary':
        return this.binary(expression);
      case 'between':
        return negatedIf(expression.negated, this.between(expression));
      case 'in':
        return negatedIf(expression.negated, this.inList(expression));
      case 'like':
        return negatedIf(expression.negated, this.like(expression));
      case 'is-null':
        return negatedIf(expression.negated, {
          kind: 'is-null',
          type: BOOLEAN,
          operand: this.analyse(expression.operand),
        });
      case 'truth':
        return negatedIf(expression.negated, this.truth(expression));
      case 'exists':
        return { kind: 'exists', type: BOOLEAN, query: this.subquery(expression.query) };
      case 'subquery':
        return this.scalarSubquery(expression);
      case 'quantified':
        return this.quantified(expression);
      case 'case':
        return this.caseOf(expression);
      case 'cast':
        return this.cast(expression);
      case 'extract':
        return this.extract(expression);
      case 'call':
        return this.call(expression);
      case 'array': {
        const items = expression.items.map((item) => this.analyse(item));
        const of = commonTypeOf(
          items,
          'All ARRAY elements must be the same type or coercible to a common type.',
          expression.at,
        );
        return { kind: 'array', type: arrayOf(of), items: items.map((item) => coerce(item, of)) };
      }
      case 'row': {
        const items = expression.items.map((item) => this.analyse(item));
        const names = expression.names ?? [];
        return {
          kind: 'row',
          type: { kind: 'row', fields: items.map(({ type }, index) => ({ name: names[index], type })) },
          items,
        };
      }
      case 'subscript':
        return this.subscript(expression);
      case 'field':
        return this.field(this.analyse(expression.operand), expression.name, expression.at);
      case 'at-time-zone': {
        const operand = this.analyse(expression.operand);
        const zone = this.analyse(expression.zone);
        return this.operator('$at_timezone', [operand, zone], () =>
          typeMismatch(
            `Type of value must be a time or timestamp with or without time zone (actual ${typeName(operand.type)})`,
            expression.at,
          ),
        );
      }
      case 'json-path':
        return analyseJsonPath(expression, this);
      case 'json-object':
        return analyseJsonObject(expression, this);
      case 'json-array':
        return analyseJsonArray(expression, this);
      case 'lambda':
        throw new QueryError(
          'SYNTAX_ERROR',
          'Lambda expression should always be used inside a function',
          expression.at,
        );
    }
  }

  all(expressions: readonly Expression[]): Typed[] {
    return expressions.map((expression) => this.analyse(expression));
  }

  condition(expression: Expression, clause: string): Typed {
    return asBoolean(this.analyse(expression), clause, expression.at);
  }

  sortItems(items: readonly SortItem[]): TypedSort[] {
    return items.map(({ expression, descending, nullsFirst }) => {
      const value = this.analyse(expression);
      checkOrderable(value.type, expression.at);
      return { value, descending, nullsFirst: nullsFirst ?? false };
    });
  }

  window(spec: WindowSpec, at: Position): TypedWindow {
    const base = spec.name === undefined ? undefined : this.around.windows.get(spec.name);
    if (spec.name !== undefined && base === undefined)
      throw new QueryError('INVALID_WINDOW_REFERENCE', `Cannot resolve WINDOW name ${spec.name}`, at);
    const whole: WindowSpec =
      base === undefined
        ? spec
        : {
            name: base.name,
            partitionBy: base.partitionBy,
            orderBy: spec.orderBy.length > 0 ? spec.orderBy : base.orderBy,
            frame: spec.frame ?? base.frame,
          };
    if (base?.name !== undefined) return this.window(whole, at);
    return {
      partitionBy: this.all(whole.partitionBy),
      orderBy: this.sortItems(whole.orderBy),
      frame: whole.frame && {
        unit: whole.frame.unit,
        bounds: whole.frame.bounds.map(({ text, offset }) => ({ text, offset: offset && this.analyse(offset) })),
      },
    };
  }

  subquery(query: Query): TypedQuery {
    return this.around.query(query, this.around.scope, this.around.named);
  }

  /** Resolves an operator. @throws the error of `refuse`, if it takes no such operands */
  operator(name: string, operands: readonly Typed[], refuse: () => Error): Typed {
    const found = resolveOperator(name, operands);
    if (found === undefined) throw refuse();
    return { kind: 'call', ...found };
  }

  private column({ parts, at }: Expression & { kind: 'column' }): Typed {
    const [first = '', ...rest] = parts;
    const parameter = this.lambdas.get(first);
    if (parameter !== undefined) {
      const value: Typed = { kind: 'lambda-parameter', type: parameter.type, id: parameter.id };
      return rest.reduce<Typed>((whole, name) => this.field(whole, name, at), value);
    }
    const { value, taken } = resolveName(parts, this.around.scope, at);
    return parts.slice(taken).reduce((whole, name) => {
      if (whole.type.kind !== 'row') throw columnNotFound(parts.join('.'), at);
      return this.field(whole, name, at);
    }, value);
  }

  private field(operand: Typed, name: string, at: Position): Typed {
    if (operand.type.kind !== 'row') throw typeMismatch(`Expression ${name} is not of type ROW`, at);
    const places = operand.type.fields.flatMap((field, index) => (field.name?.toLowerCase() === name ? [index] : []));
    if (places.length > 1) throw new QueryError('AMBIGUOUS_NAME', `Ambiguous row field reference: ${name}`, at);
    const [index] = places;
    if (index === undefined) throw columnNotFound(name, at);
    return { kind: 'field', type: (operand.type.fields[index] as { type: TrinoType }).type, operand, index };
  }

  private parameter(expression: Expression & { kind: 'null' | 'parameter' }): Typed {
    const value = this.around.analysis.context.parameters[expression.index ?? 0];
    if (value !== undefined) return this.analyse(value);
    throw new QueryError('INVALID_PARAMETER_USAGE', 'Incorrect number of parameters: not all are given', expression.at);
  }

  private unary({ operator, operand, at }: Expression & { kind: 'unary' }): Typed {
    if (operator === 'not')
      return {
        kind: 'not',
        type: BOOLEAN,
        operand: asBoolean(this.analyse(operand), 'Value of logical NOT expression', at),
      };
    // A minus before a literal is part of it: the positive of a type's smallest number is out of range.
    if (operator === '-' && operand.kind === 'number')
      return numberLiteral(/^-/.test(operand.value) ? operand.value.slice(1) : `-${operand.value}`, at);
    const value = this.analyse(operand);
    if (operator === '+') {
      if (
        !['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal', 'unknown'].includes(value.type.kind)
      )
        throw typeMismatch(`Unary '+' operator cannot by applied to ${typeName(value.type)} type`, at);
      return value;
    }
    return this.operator('$negate', [value], () => typeMismatch(`Cannot negate ${typeName(value.type)}`, at));
  }

  private binary(expression: Expression & { kind: 'binary' }): Typed {
    const { operator, left, right, at } = expression;
    if (operator === 'and' || operator === 'or') return this.logic(expression);
    if (operator === '||') return this.joined(expression);
    const operands = [this.analyse(left), this.analyse(right)] as const;
    const arithmetic = ARITHMETIC[operator];
    const [a, b] = operands.map(({ type }) => typeName(type));
    if (arithmetic !== undefined)
      return this.operator(arithmetic, operands, () =>
        typeMismatch(`Cannot apply operator: ${a} ${operator} ${b}`, at),
      );
    return this.compare(operator as Comparison, operands[0], operands[1], at);
  }

  /** Flattens `a OR b OR c …`: generated conditions are long, and a deep tree would exhaust the stack. */
  private logic(expression: Expression & { kind: 'binary' }): Typed {
    const operands: Typed[] = [];
    const { operator } = expression;
    const take = (each: Expression) => operands.push(asBoolean(this.analyse(each), 'Logical expression term', each.at));
    let rest: Expression = expression;
    while (rest.kind === 'binary' && rest.operator === operator) {
      take(rest.right);
      rest = rest.left;
    }
    take(rest);
    return { kind: 'logic', type: BOOLEAN, operator: operator as 'and' | 'or', operands: operands.reverse() };
  }

  private joined(expression: Expression & { kind: 'binary' }): Typed {
    const parts: Expression[] = [];
    let rest: Expression = expression;
    while (rest.kind === 'binary' && rest.operator === '||') {
      parts.push(rest.right);
      rest = rest.left;
    }
    const all = this.all([rest, ...parts.reverse()]);
    // A concatenation of many strings is one call: nested calls would be as deep as there are strings.
    if (all.length > 2 && all.every(({ type }) => type.kind === 'varchar'))
      return { kind: 'call', ...resolveCall('concat', all, expression.at) };
    const [first, ...others] = all;
    return others.reduce<Typed>(
      (whole, part) => ({ kind: 'call', ...resolveCall('concat', [whole, part], expression.at) }),
      first as Typed,
    );
  }

  compare(operator: Comparison, left: Typed, right: Typed, at: Position): Typed {
    const type = commonType(left.type, right.type);
    const shown = SHOWN[operator] ?? '=';
    const refuse = () =>
      typeMismatch(`Cannot apply operator: ${typeName(left.type)} ${shown} ${typeName(right.type)}`, at);
    if (type === undefined) throw refuse();
    const ordered = operator.startsWith('<') && operator !== '<>' ? true : operator.startsWith('>');
    if (ordered ? !isOrderable(type) : !isComparable(type)) throw refuse();
    return { kind: 'compare', type: BOOLEAN, operator, left: coerce(left, type), right: coerce(right, type) };
  }

  private between({ operand, low, high, at }: Expression & { kind: 'between' }): Typed {
    const [value, from, to] = this.all([operand, low, high]) as [Typed, Typed, Typed];
    const names = [value, from, to].map(({ type }) => typeName(type));
    const refuse = () => typeMismatch(`Cannot check if ${names[0]} is BETWEEN ${names[1]} and ${names[2]}`, at);
    const first = commonType(value.type, from.type);
    const type = first && commonType(first, to.type);
    if (type === undefined || !isOrderable(type)) throw refuse();
    return {
      kind: 'between',
      type: BOOLEAN,
      operand: coerce(value, type),
      low: coerce(from, type),
      high: coerce(to, type),
    };
  }

  private inList({ operand, options, at }: Expression & { kind: 'in' }): Typed {
    const value = this.analyse(operand);
    if (!Array.isArray(options)) return this.inQuery(value, options as Query, at);
    const items = this.all(options as Expression[]);
    const type = commonTypeOf(
      [value, ...items],
      'IN value and list items must be the same type or coercible to a common type.',
      at,
    );
    return {
      kind: 'in',
      type: BOOLEAN,
      operand: coerce(value, type),
      options: items.map((item) => coerce(item, type)),
    };
  }

  private inQuery(left: Typed, query: Query, at: Position): Typed {
    const found = this.subquery(query);
    const value = unwrapped(left, found);
    const type = rowTypeOf(found);
    const common = commonType(value.type, type);
    if (common === undefined)
      throw typeMismatch(
        `Value expression and result of subquery must be of the same type: ${typeName(value.type)} vs ${typeName(type)}`,
        at,
      );
    return { kind: 'in-query', type: BOOLEAN, operand: coerce(value, common), query: castOutputs(found, common) };
  }

  private like({ operand, pattern, escape: escapeBy, at }: Expression & { kind: 'like' }): Typed {
    const [value, like] = this.all([operand, pattern]) as [Typed, Typed];
    for (const [each, name] of [
      [value, 'Left side of LIKE expression'],
      [like, 'Pattern for LIKE expression'],
    ] as const) {
      if (!isText(each.type) && each.type.kind !== 'unknown')
        throw typeMismatch(`${name} must evaluate to a varchar (actual: ${typeName(each.type)})`, at);
    }
    const mark = escapeBy && this.analyse(escapeBy);
    if (mark !== undefined && !isText(mark.type) && mark.type.kind !== 'unknown')
      throw typeMismatch(`Escape for LIKE expression must evaluate to a varchar (actual: ${typeName(mark.type)})`, at);
    return {
      kind: 'like',
      type: BOOLEAN,
      operand: value.type.kind === 'char' ? value : coerce(value, VARCHAR),
      pattern: coerce(like, VARCHAR),
      escape: mark && coerce(mark, VARCHAR),
    };
  }

  private truth({ operand, value, at }: Expression & { kind: 'truth' }): Typed {
    const found = asBoolean(this.analyse(operand), 'Value of logical IS expression', at);
    if (value === 'unknown') return { kind: 'is-null', type: BOOLEAN, operand: found };
    return {
      kind: 'compare',
      type: BOOLEAN,
      operator: 'is not distinct from',
      left: found,
      right: literal(BOOLEAN, value),
    };
  }

  private scalarSubquery({ query, at }: Expression & { kind: 'subquery' | 'exists' }): Typed {
    const found = this.subquery(query);
    const { outputs } = found;
    if (outputs.length === 1) return { kind: 'subquery', type: (outputs[0] as { type: TrinoType }).type, query: found };
    if (outputs.length === 0) throw new QueryError('NOT_SUPPORTED', 'Scalar subquery has no columns', at);
    return { kind: 'subquery', type: rowTypeOf(found), query: found };
  }

  private quantified({ left, operator, quantifier, query, at }: Expression & { kind: 'quantified' }): Typed {
    const found = this.subquery(query);
    const value = unwrapped(this.analyse(left), found);
    const type = rowTypeOf(found);
    const common = commonType(value.type, type);
    if (common === undefined)
      throw typeMismatch(
        `Value expression and result of subquery must be of the same type for quantified comparison: ${typeName(value.type)} vs ${typeName(type)}`,
        at,
      );
    if (operator !== '=' && operator !== '<>' && !isOrderable(common))
      throw typeMismatch(
        `Type [${typeName(common)}] must be orderable in order to be used in quantified comparison`,
        at,
      );
    return {
      kind: 'quantified',
      type: BOOLEAN,
      operator: operator as Comparison,
      quantifier,
      left: coerce(value, common),
      query: castOutputs(found, common),
    };
  }

  private caseOf({ operand, branches, otherwise, at }: Expression & { kind: 'case' }): Typed {
    const subject = operand && this.analyse(operand);
    const whens = branches.map(({ when }) => {
      if (subject === undefined) return asBoolean(this.analyse(when), 'CASE WHEN clause', when.at);
      const value = this.analyse(when);
      const type = commonType(subject.type, value.type);
      if (type === undefined)
        throw typeMismatch(
          `CASE operand type does not match WHEN clause operand type: ${typeName(subject.type)} vs ${typeName(value.type)}`,
          when.at,
        );
      return this.compare('=', subject, value, when.at);
    });
    const results = branches.map(({ result }) => this.analyse(result));
    const rest = otherwise && this.analyse(otherwise);
    const type = commonTypeOf(
      rest === undefined ? results : [...results, rest],
      'All CASE results must be the same type or coercible to a common type.',
      at,
    );
    return {
      kind: 'case',
      type,
      branches: whens.map((when, index) => ({ when, result: coerce(results[index] as Typed, type) })),
      otherwise: rest && coerce(rest, type),
    };
  }

  private cast({ operand, type: spelled, safe, at }: Expression & { kind: 'cast' }): Typed {
    const type = this.typeNamed(spelled, at);
    const value = this.analyse(operand);
    if (!canCast(value.type, type)) throw typeMismatch(castRefused(value.type, type), at);
    if (value.type.kind === 'unknown') return literal(type, null);
    return { kind: 'cast', type, operand: value, safe };
  }

  typeNamed(spelled: Parameters<typeof typeOf>[0] & { at: Position }, at: Position): TrinoType {
    try {
      return typeOf(spelled);
    } catch (error) {
      if (!(error instanceof TypeNameError)) throw error;
      const unknown = error.message.startsWith('Unknown type');
      throw new QueryError(
        unknown ? 'TYPE_NOT_FOUND' : 'INVALID_FUNCTION_ARGUMENT',
        error.message,
        unknown ? spelled.at : at,
      );
    }
  }

  private extract({ field, operand, at }: Expression & { kind: 'extract' }): Typed {
    const value = this.analyse(operand);
    const names: Readonly<Record<string, string>> = { dow: 'day_of_week', doy: 'day_of_year', yow: 'year_of_week' };
    if (!EXTRACTED.includes(field)) {
      throw new QueryError(
        'SYNTAX_ERROR',
        `Invalid EXTRACT field ${field.toUpperCase()}, valid fields are: ${EXTRACTED.map((each) => each.toUpperCase()).join(', ')}`,
        at,
      );
    }
    return this.operator(names[field] ?? field, [value], () =>
      typeMismatch(`Cannot extract ${field} from ${typeName(value.type)}`.replace(field, field.toUpperCase()), at),
    );
  }

  private subscript({ operand, index, at }: Expression & { kind: 'subscript' }): Typed {
    const value = this.analyse(operand);
    const place = this.analyse(index);
    switch (value.type.kind) {
      case 'array':
        if (!canCoerce(place.type, BIGINT))
          throw typeMismatch(`Cannot use ${typeName(place.type)} for subscript of ${typeName(value.type)}`, at);
        return { kind: 'subscript', type: value.type.of, operand: value, index: coerce(place, BIGINT) };
      case 'map': {
        const refuse = () =>
          typeMismatch(`Cannot use ${typeName(place.type)} for subscript of ${typeName(value.type)}`, at);
        if (!canCoerce(place.type, value.type.key)) throw refuse();
        return this.operator('$map_subscript', [value, coerce(place, value.type.key)], refuse);
      }
      case 'row': {
        const { fields } = value.type;
        if (place.kind !== 'literal' || typeof place.value !== 'number')
          throw new QueryError('EXPRESSION_NOT_CONSTANT', 'Subscript expression on ROW requires a constant index', at);
        if (place.value < 1)
          throw new QueryError(
            'INVALID_FUNCTION_ARGUMENT',
            `Invalid subscript index: ${place.value}. ROW indices start at 1`,
            at,
          );
        const field = fields[place.value - 1];
        if (field === undefined)
          throw new QueryError(
            'INVALID_FUNCTION_ARGUMENT',
            `Subscript index out of bounds: ${place.value}, max value is ${fields.length}`,
            at,
          );
        return { kind: 'field', type: field.type, operand: value, index: place.value - 1 };
      }
      default:
        throw typeMismatch(`Cannot use ${typeName(place.type)} for subscript of ${typeName(value.type)}`, at);
    }
  }

  private call(call: FunctionCall): Typed {
    const special = analyseSpecial(call, this);
    if (special !== undefined) return special;
    if (call.star) {
      if (call.name !== 'count')
        throw new QueryError('FUNCTION_NOT_FOUND', `Unexpected parameters (*) for function ${call.name}`, call.at);
    }
    const inner = this.inAggregate(call);
    const args = call.args.map((arg) => inner.argument(arg));
    const resolved = resolveCall(
      call.name,
      args,
      call.at,
      call.over === undefined ? undefined : ['aggregate', 'window'],
    );
    const constants = resolved.args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined));
    const refusal = resolved.row.check?.(
      constants,
      resolved.args.map(({ type }) => type),
    );
    if (refusal !== undefined) throw new QueryError('INVALID_FUNCTION_ARGUMENT', refusal, call.at);
    if (resolved.row.kind === 'scalar') return this.scalarCall(call, resolved);
    return this.aggregate(call, resolved, inner);
  }

  private scalarCall(call: FunctionCall, resolved: ReturnType<typeof resolveCall>): Typed {
    if (call.distinct)
      throw new QueryError(
        'FUNCTION_NOT_AGGREGATE',
        'DISTINCT is not supported for non-aggregation functions',
        call.at,
      );
    if (call.filter !== undefined)
      throw new QueryError('FUNCTION_NOT_AGGREGATE', 'Filter is only valid for aggregation functions', call.at);
    if (call.orderBy.length > 0)
      throw new QueryError('FUNCTION_NOT_AGGREGATE', 'ORDER BY is only valid for aggregation functions', call.at);
    return { kind: 'call', ...resolved };
  }

  private aggregate(call: FunctionCall, resolved: ReturnType<typeof resolveCall>, inner: ExpressionAnalyser): Typed {
    if (resolved.row.kind === 'window' && call.over === undefined)
      throw new QueryError('MISSING_OVER', `Window function ${call.name} requires an OVER clause`, call.at);
    if (this.around.scalarOnly !== undefined) {
      throw new QueryError(
        'EXPRESSION_NOT_SCALAR',
        `${this.around.scalarOnly} cannot contain aggregations, window functions or grouping operations: [${call.name}]`,
        call.at,
      );
    }
    if (this.insideAggregate) {
      throw new QueryError(
        call.over === undefined ? 'NESTED_AGGREGATION' : 'NESTED_WINDOW',
        `Cannot nest ${call.over === undefined ? 'aggregations inside aggregation' : 'window functions inside aggregation'} '${call.name}'`,
        call.at,
      );
    }
    if (call.distinct && resolved.args.some(({ type }) => !isComparable(type))) {
      throw typeMismatch(
        `DISTINCT can only be applied to comparable types (actual: ${typeName((resolved.args[0] as Typed).type)})`,
        call.at,
      );
    }
    if (call.over !== undefined && call.orderBy.length > 0)
      throw new QueryError('NOT_SUPPORTED', 'Window function with ORDER BY is not supported', call.at);
    const orderBy = inner.sortItems(call.orderBy);
    if (call.distinct && orderBy.some(({ value }) => !resolved.args.some((arg) => sameNode(arg, value))))
      throw new QueryError(
        'EXPRESSION_NOT_IN_DISTINCT',
        'For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments',
        call.at,
      );
    if (resolved.args.some((arg) => someNode(arg, (node) => node.kind === 'aggregate' && node.over === undefined)))
      throw new QueryError(
        'COLUMN_NOT_FOUND',
        'Invalid reference to output projection attribute from ORDER BY aggregation',
        call.at,
      );
    return {
      kind: 'aggregate',
      ...resolved,
      distinct: call.distinct,
      orderBy,
      filter: call.filter && asBoolean(inner.analyse(call.filter), 'Filter expression', call.filter.at),
      ignoreNulls: call.ignoreNulls,
      over: call.over && this.window(call.over, call.at),
    };
  }

  private inAggregate(call: FunctionCall): ExpressionAnalyser {
    if (call.over !== undefined || !isAggregateName(call.name)) return this;
    return new ExpressionAnalyser(this.around, this.lambdas, true);
  }

  /** Types an argument; a lambda waits until the types of its parameters are known. */
  argument(expression: Expression): CallArgument {
    if (expression.kind !== 'lambda') return this.analyse(expression);
    const { parameters, body } = expression;
    return {
      lambda: parameters.length,
      resolve: (types) => {
        const lambdas = new Map(this.lambdas);
        const ids = parameters.map((name, index) => {
          const id = this.around.analysis.lambda();
          lambdas.set(name, { id, type: types[index] as TrinoType });
          return id;
        });
        const around = { ...this.around, scalarOnly: this.around.scalarOnly ?? 'Lambda expression' };
        const inside = new ExpressionAnalyser(around, lambdas, this.insideAggregate).analyse(body);
        return {
          kind: 'lambda',
          parameters: ids,
          body: inside,
          type: { kind: 'function', parameters: types, result: inside.type },
        };
      },
    };
  }
}

const isAggregateName = (name: string): boolean => rowsNamed(name).some(({ kind }) => kind === 'aggregate');

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': '$add',
  '-': '$subtract',
  '*': '$multiply',
  '/': '$divide',
  '%': '$modulus',
};
/** Operators in messages: Trino implements six comparisons by three and names those. */
const SHOWN: Readonly<Record<string, string>> = {
  '=': '=',
  '<>': '=',
  '<': '<',
  '>': '<',
  '<=': '<=',
  '>=': '<=',
  'is distinct from': 'IS DISTINCT FROM',
  'is not distinct from': 'IS DISTINCT FROM',
};
const EXTRACTED = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'day_of_month',
  'day_of_week',
  'dow',
  'day_of_year',
  'doy',
  'year_of_week',
  'yow',
  'hour',
  'minute',
  'second',
  'timezone_minute',
  'timezone_hour',
];

export function negatedIf(negated: boolean, operand: Typed): Typed {
  return negated ? { kind: 'not', type: BOOLEAN, operand } : operand;
}

export function checkOrderable(type: TrinoType, at: Position): void {
  if (!isOrderable(type))
    throw typeMismatch(`Type ${typeName(type)} is not orderable, and therefore cannot be used in ORDER BY`, at);
}

/** A row of one field, compared with a query of one column, is compared by that field. */
function unwrapped(value: Typed, { outputs }: TypedQuery): Typed {
  if (value.type.kind !== 'row' || value.type.fields.length !== 1 || outputs.length !== 1) return value;
  if (outputs[0]?.type.kind === 'row') return value;
  return { kind: 'field', type: (value.type.fields[0] as { type: TrinoType }).type, operand: value, index: 0 };
}

/** Type of a query's row as one value. */
export function rowTypeOf({ outputs }: TypedQuery): TrinoType {
  const [first, ...rest] = outputs;
  if (first !== undefined && rest.length === 0) return first.type;
  return { kind: 'row', fields: outputs.map(({ name, type }) => ({ name, type })) };
}

/** Casts a query's columns to a type, or to the types of a row's fields. */
export function castOutputs(query: TypedQuery, type: TrinoType): TypedQuery {
  const single = query.outputs.length === 1;
  const types = single ? [type] : (type as TrinoType & { kind: 'row' }).fields.map((field) => field.type);
  return { ...query, outputs: query.outputs.map((output, index) => ({ ...output, type: types[index] as TrinoType })) };
}
