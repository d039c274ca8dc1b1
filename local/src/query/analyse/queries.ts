import { QueryError, typeMismatch } from '../errors';
import type { Expression, Query, QueryBody, Select, SelectItem, SortItem } from '../sql/ast';
import type { Position } from '../sql/tokens';
import { canCoerce, commonType } from '../types/coercion';
import { BIGINT, isComparable, type TrinoType, typeName } from '../types/type';
import { aggregationOf } from './aggregation';
import { coerce } from './coerce';
import type { Analysis, NamedQuery } from './context';
import { checkOrderable, ExpressionAnalyser, type Surroundings } from './expressions';
import { RelationAnalyser } from './relations';
import { type Field, Scope } from './scope';
import {
  type OutputColumn,
  sameNode,
  type Typed,
  type TypedBody,
  type TypedOrder,
  type TypedQuery,
  type TypedSelect,
  type TypedWith,
} from './tree';

export type Named = ReadonlyMap<string, NamedQuery>;

const START: Position = { line: 1, column: 1 };

/** Types a query. @throws QueryError in Trino's words, with its codes and positions */
export class QueryAnalyser {
  constructor(private readonly analysis: Analysis) {}

  query(query: Query, outer: Scope | undefined, known: Named): TypedQuery {
    const named = new Map(known);
    const queries: TypedWith[] = [];
    const seen = new Set<string>();
    for (const item of query.with) {
      if (seen.has(item.name))
        throw new QueryError(
          'DUPLICATE_NAMED_QUERY',
          `WITH query name '${item.name}' specified more than once`,
          item.at ?? START,
        );
      seen.add(item.name);
      const found =
        query.recursive && refersTo(item.query, item.name)
          ? this.recursive(item, outer, named)
          : this.withQuery(item, outer, named);
      queries.push(found);
      named.set(item.name, { relation: found.relation, outputs: found.query.outputs });
    }
    const { orderBy, body, ...rest } = this.body(query, outer, named);
    return {
      with: queries,
      recursive: query.recursive,
      body,
      orderBy,
      ...this.limits(query, outer, named),
      outputs: body.outputs,
      ...rest,
    };
  }

  private withQuery(item: Query['with'][number], outer: Scope | undefined, named: Named): TypedWith {
    const query = this.query(item.query, outer, named);
    return {
      relation: this.analysis.relation(),
      query: { ...query, outputs: renamed(query.outputs, item.columns, item.at ?? START) },
    };
  }

  /** Analyses a recursive query; the first part of its union determines the types. */
  private recursive(item: Query['with'][number], outer: Scope | undefined, named: Named): TypedWith {
    const { body } = item.query;
    if (body.kind !== 'set' || !body.operator.startsWith('UNION') || item.columns.length === 0) {
      const detail =
        item.columns.length === 0
          ? 'missing column aliases in recursive WITH query'
          : 'recursive WITH query must be a UNION';
      throw new QueryError(
        item.columns.length === 0 ? 'MISSING_COLUMN_ALIASES' : 'INVALID_RECURSIVE_REFERENCE',
        detail,
        item.at ?? START,
      );
    }
    const relation = this.analysis.relation();
    const anchor = this.queryBody(body.left, outer, named);
    const outputs = renamed(anchor.outputs, item.columns, item.at ?? START);
    const inner = new Map(named).set(item.name, { relation, outputs });
    const step = this.queryBody(body.right, outer, inner);
    if (step.outputs.length !== outputs.length) throw differentColumns(outputs.length, step.outputs.length, START);
    step.outputs.forEach(({ type }, index) => {
      const wanted = (outputs[index] as OutputColumn).type;
      if (!canCoerce(type, wanted)) {
        throw typeMismatch(
          `recursion step relation output type (${typeName(type)}) is not coercible to recursion base relation output type (${typeName(wanted)}) at column ${index + 1}`,
          START,
        );
      }
    });
    const query: TypedQuery = {
      with: [],
      recursive: true,
      repeats: true,
      body: { kind: 'set', operator: body.operator, left: anchor, right: castBody(step, outputs), outputs },
      orderBy: [],
      ties: false,
      outputs,
    };
    return { relation, query };
  }

  private body(
    query: Query,
    outer: Scope | undefined,
    named: Named,
  ): { body: TypedBody; orderBy: readonly TypedOrder[] } {
    if (query.body.kind === 'select')
      return { body: this.select(query.body, outer, named, query.orderBy), orderBy: [] };
    const body = this.queryBody(query.body, outer, named);
    return { body, orderBy: this.orderOutputs(query.orderBy, body.outputs, outer, named) };
  }

  private queryBody(body: QueryBody, outer: Scope | undefined, named: Named): TypedBody {
    switch (body.kind) {
      case 'select':
        return this.select(body, outer, named, []);
      case 'nested': {
        const query = this.query(body.query, outer, named);
        return { kind: 'nested', query, outputs: query.outputs };
      }
      case 'values':
        return this.values(body.rows, outer, named);
      case 'set':
        return this.setOperation(body, outer, named);
    }
  }

  private setOperation(body: QueryBody & { kind: 'set' }, outer: Scope | undefined, named: Named): TypedBody {
    const [left, right] = [this.queryBody(body.left, outer, named), this.queryBody(body.right, outer, named)];
    const at = body.at ?? START;
    if (left.outputs.length !== right.outputs.length)
      throw differentColumns(left.outputs.length, right.outputs.length, at, body.operator);
    const outputs = left.outputs.map((output, index) => {
      const other = right.outputs[index] as OutputColumn;
      const type = commonType(output.type, other.type);
      const name = body.operator.split(' ')[0];
      if (type === undefined) {
        throw typeMismatch(
          `column ${index + 1} in ${name} query has incompatible types: ${typeName(output.type)}, ${typeName(other.type)}`,
          at,
        );
      }
      if (!body.operator.endsWith('ALL') && !isComparable(type))
        throw typeMismatch(
          `Type ${typeName(type)} is not comparable and therefore cannot be used in ${name} DISTINCT`.replace(
            ' DISTINCT',
            '',
          ),
          at,
        );
      return { name: output.name, type };
    });
    return {
      kind: 'set',
      operator: body.operator,
      left: castBody(left, outputs),
      right: castBody(right, outputs),
      outputs,
    };
  }

  private values(rows: readonly Expression[], outer: Scope | undefined, named: Named): TypedBody {
    const analyser = this.expressions(new Scope([], outer), named, 'VALUES');
    const typed = rows.map((row): Typed[] => {
      if (row.kind === 'row') return analyser.all(row.items);
      const value = analyser.analyse(row);
      if (value.type.kind !== 'row') return [value];
      return value.type.fields.map(({ type }, index) => ({ kind: 'field', type, operand: value, index }));
    });
    const width = typed[0]?.length ?? 0;
    const types = Array.from({ length: width }, (_, index): TrinoType => {
      let common: TrinoType = { kind: 'unknown' };
      for (const row of typed) {
        if (row.length !== width)
          throw new QueryError(
            'TYPE_MISMATCH',
            `Values rows have mismatched types: ${shown(typed[0] ?? [])} vs ${shown(row)}`,
            rows[0]?.at,
          );
        const next = commonType(common, (row[index] as Typed).type);
        if (next === undefined)
          throw typeMismatch(
            `Values rows have mismatched types: ${shown(typed[0] ?? [])} vs ${shown(row)}`,
            rows[0]?.at,
          );
        common = next;
      }
      return common;
    });
    return {
      kind: 'values',
      rows: typed.map((row) => row.map((item, index) => coerce(item, types[index] as TrinoType))),
      outputs: types.map((type) => ({ type })),
    };
  }

  private select(select: Select, outer: Scope | undefined, named: Named, orderBy: readonly SortItem[]): TypedSelect {
    const relations = new RelationAnalyser(this.analysis, named, this, outer);
    const from = select.from && relations.analyse(select.from);
    const scope = new Scope(from?.fields ?? [], outer);
    const windows = new Map(select.windows.map(({ name, spec }) => [name, spec] as const));
    const around = this.around(scope, named, windows);
    const where =
      select.where &&
      new ExpressionAnalyser({ ...around, scalarOnly: 'WHERE clause' }).condition(select.where, 'WHERE clause');
    const analyser = new ExpressionAnalyser(around);
    const items = select.items.flatMap((item) => selectItems(item, scope, analyser, from !== undefined));
    const outputs = items.map(({ name, value }) => ({ name, type: value.type }));
    const values = items.map(({ value }) => value);
    const having = select.having && analyser.condition(select.having, 'HAVING clause');
    const order = this.order(orderBy, items, scope, analyser, select.distinct);
    if (select.distinct) {
      const bad = outputs.find(({ type }) => !isComparable(type));
      if (bad !== undefined)
        throw typeMismatch(`DISTINCT can only be applied to comparable types (actual: ${typeName(bad.type)})`, START);
    }
    return aggregationOf(
      {
        kind: 'select',
        items: values,
        from: from?.relation,
        where,
        having,
        distinct: select.distinct,
        orderBy: order,
        outputs,
      },
      { select, scope, analyser, analysis: this.analysis },
    );
  }

  /** Resolves ORDER BY: output columns take precedence over the tables' columns. */
  private order(
    orderBy: readonly SortItem[],
    items: readonly SelectedItem[],
    scope: Scope,
    analyser: ExpressionAnalyser,
    distinct: boolean,
  ): TypedOrder[] {
    const aliases = new Scope(
      items.flatMap(({ name, value }) => (name === undefined ? [] : [{ name, qualifier: [], value }])),
      scope,
    );
    const inOrder = new ExpressionAnalyser({ ...analyser.around, scope: new OrderScope(aliases.fields, scope) });
    return orderBy.map(({ expression, descending, nullsFirst }) => {
      const direction = { descending, nullsFirst: nullsFirst ?? false };
      const ordinal = ordinalOf(expression, items.length);
      if (ordinal !== undefined) {
        const { type } = (items[ordinal] as SelectedItem).value;
        checkOrderable(type, expression.at);
        return { ...direction, column: ordinal, type };
      }
      const value = inOrder.analyse(expression);
      checkOrderable(value.type, expression.at);
      const column = items.findIndex((item) => sameNode(item.value, value));
      if (column !== -1) return { ...direction, column, type: value.type };
      if (distinct)
        throw new QueryError(
          'EXPRESSION_NOT_IN_DISTINCT',
          'For SELECT DISTINCT, ORDER BY expressions must appear in select list',
          expression.at,
        );
      return { ...direction, value };
    });
  }

  /** Resolves ORDER BY of a set operation, which may use output columns only. */
  private orderOutputs(
    orderBy: readonly SortItem[],
    outputs: readonly OutputColumn[],
    outer: Scope | undefined,
    named: Named,
  ): TypedOrder[] {
    const scope = new Scope(
      outputs.map(({ name, type }, index) => outputField(name, type, index)),
      outer,
    );
    const analyser = this.expressions(scope, named);
    return orderBy.map(({ expression, descending, nullsFirst }) => {
      const direction = { descending, nullsFirst: nullsFirst ?? false };
      const ordinal = ordinalOf(expression, outputs.length);
      if (ordinal !== undefined)
        return { ...direction, column: ordinal, type: (outputs[ordinal] as OutputColumn).type };
      const value = analyser.analyse(expression);
      checkOrderable(value.type, expression.at);
      return { ...direction, value };
    });
  }

  private limits(
    query: Query,
    outer: Scope | undefined,
    named: Named,
  ): { limit?: Typed; offset?: Typed; ties: boolean } {
    const count = (expression: Expression | undefined, clause: string): Typed | undefined => {
      if (expression === undefined) return undefined;
      const value = this.expressions(new Scope([], outer), named).analyse(expression);
      if (!canCoerce(value.type, BIGINT))
        throw typeMismatch(`${clause} row count must be an integer: ${typeName(value.type)}`, expression.at);
      if (value.kind === 'literal' && typeof value.value === 'number' && value.value < 0)
        throw new QueryError(
          'TYPE_MISMATCH',
          `${clause} row count must be greater or equal to 0 (actual value: ${value.value})`,
          expression.at,
        );
      return coerce(value, BIGINT);
    };
    if (query.ties === true && query.orderBy.length === 0)
      throw new QueryError('MISSING_ORDER_BY', 'FETCH FIRST WITH TIES clause requires ORDER BY', query.limit?.at);
    return { limit: count(query.limit, 'LIMIT'), offset: count(query.offset, 'OFFSET'), ties: query.ties === true };
  }

  expressions(scope: Scope, named: Named, scalarOnly?: string): ExpressionAnalyser {
    return new ExpressionAnalyser({ ...this.around(scope, named, new Map()), scalarOnly });
  }

  private around(scope: Scope, named: Named, windows: Surroundings['windows']): Surroundings {
    return {
      analysis: this.analysis,
      scope,
      named,
      windows,
      query: (query, outer, known) => this.query(query, outer, known),
    };
  }
}

/** Names within ORDER BY: an alias hides a column of the same name. */
class OrderScope extends Scope {
  override find(parts: readonly string[], at: Position): Typed | undefined {
    const found = parts.length === 1 ? this.fields.filter(({ name }) => name === parts[0]) : [];
    const distinct = found.filter(
      (field, index) => found.findIndex((other) => sameNode(other.value, field.value)) === index,
    );
    if (distinct.length > 1) throw new QueryError('AMBIGUOUS_NAME', `Column '${parts.join('.')}' is ambiguous`, at);
    return distinct[0]?.value ?? this.outer?.find(parts, at);
  }
}

export interface SelectedItem {
  readonly name?: string;
  readonly value: Typed;
}

function selectItems(item: SelectItem, scope: Scope, analyser: ExpressionAnalyser, hasFrom: boolean): SelectedItem[] {
  if (item.kind === 'star') return star(item, scope, analyser, hasFrom);
  return [{ name: item.alias ?? nameOf(item.expression), value: analyser.analyse(item.expression) }];
}

function star(
  item: SelectItem & { kind: 'star' },
  scope: Scope,
  analyser: ExpressionAnalyser,
  hasFrom: boolean,
): SelectedItem[] {
  const { columns = [], at } = item;
  const found = starFields(item, scope, analyser, hasFrom);
  if (columns.length === 0) return found;
  if (columns.length !== found.length)
    throw new QueryError(
      'MISMATCHED_COLUMN_ALIASES',
      `Column alias list has ${columns.length} entries but relation has ${found.length} columns`,
      at,
    );
  return found.map(({ value }, index) => ({ name: columns[index], value }));
}

function starFields(
  { qualifier, operand, at }: SelectItem & { kind: 'star' },
  scope: Scope,
  analyser: ExpressionAnalyser,
  hasFrom: boolean,
): SelectedItem[] {
  if (operand !== undefined) return rowFields(analyser.analyse(operand), 'expected expression of type Row', at);
  if (qualifier.length === 0) {
    if (!hasFrom) throw new QueryError('COLUMN_NOT_FOUND', 'SELECT * not allowed in queries without FROM clause', at);
    return scope.fields.filter(({ hidden }) => hidden !== true).map(({ name, value }) => ({ name, value }));
  }
  for (let around: Scope | undefined = scope; around !== undefined; around = around.outer) {
    const fields = around.of(qualifier);
    if (fields.length > 0)
      return fields.filter(({ hidden }) => hidden !== true).map(({ name, value }) => ({ name, value }));
  }
  // `r.*` where `r` is a row.
  const value = analyser.analyse({ kind: 'column', parts: [...qualifier], at });
  if (value.type.kind !== 'row')
    throw new QueryError('TABLE_NOT_FOUND', `Unable to resolve reference ${qualifier.join('.')}`, at);
  return rowFields(value, '', at);
}

function rowFields(value: Typed, refusal: string, at: Position): SelectedItem[] {
  if (value.type.kind !== 'row') throw typeMismatch(refusal, at);
  return value.type.fields.map(({ name, type }, index) => ({
    name,
    value: { kind: 'field', type, operand: value, index },
  }));
}

/** The name that Trino gives a column without an alias; undefined for expressions. */
export function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'column') return expression.parts.at(-1);
  return expression.kind === 'field' ? expression.name : undefined;
}

function ordinalOf(expression: Expression, count: number): number | undefined {
  if (expression.kind !== 'number' || !/^\d+$/.test(expression.value)) return undefined;
  const ordinal = Number(expression.value);
  if (ordinal >= 1 && ordinal <= count) return ordinal - 1;
  throw new QueryError('INVALID_COLUMN_REFERENCE', `ORDER BY position ${ordinal} is not in select list`, expression.at);
}

function outputField(name: string | undefined, type: TrinoType, index: number): Field {
  return {
    name,
    qualifier: [],
    value: { kind: 'column', type, relation: '', column: `c${index}`, name: name ?? '', at: START },
  };
}

export function renamed(outputs: readonly OutputColumn[], names: readonly string[], at: Position): OutputColumn[] {
  if (names.length === 0) return [...outputs];
  if (names.length !== outputs.length) {
    throw new QueryError(
      'MISMATCHED_COLUMN_ALIASES',
      `Column alias list has ${names.length} entries but relation has ${outputs.length} columns`,
      at,
    );
  }
  return outputs.map(({ type }, index) => ({ name: names[index], type }));
}

function differentColumns(left: number, right: number, at: Position, operator = 'UNION'): QueryError {
  return new QueryError(
    'TYPE_MISMATCH',
    `${operator.split(' ')[0]} query has different number of fields: ${left}, ${right}`,
    at,
  );
}

/** Casts a body's columns to these types. */
export function castBody(body: TypedBody, outputs: readonly OutputColumn[]): TypedBody {
  return { kind: 'nested', query: { with: [], recursive: false, body, orderBy: [], ties: false, outputs }, outputs };
}

const shown = (row: readonly Typed[]): string => `row(${row.map(({ type }) => typeName(type)).join(', ')})`;

function refersTo(query: Query, name: string): boolean {
  const text = JSON.stringify(query);
  return text.includes(`"parts":["${name}"]`);
}
