import type { BoundTable } from '../analyse/context';
import {
  someNode,
  type Typed,
  type TypedBody,
  type TypedOrder,
  type TypedQuery,
  type TypedRelation,
  type TypedSelect,
} from '../analyse/tree';
import { typeName } from '../types/type';
import { expressionText } from './expression-text';

/** A step of a plan, as EXPLAIN shows it. */
export interface PlanNode {
  readonly name: string;
  /** Properties that are printed in brackets. */
  readonly descriptor: Readonly<Record<string, string>>;
  readonly outputs: readonly { readonly symbol: string; readonly type: string }[];
  /** Lines for the expressions that it evaluates. */
  readonly details: readonly string[];
  readonly children: readonly PlanNode[];
  /** Catalog, database and table of a scan. */
  readonly table?: readonly string[];
}

type Outputs = PlanNode['outputs'];

/** A query's plan: its steps in the order of execution. */
export function planOf(query: TypedQuery): PlanNode {
  const inner = new Planner(new Map()).query(query);
  const names = query.outputs.map(({ name }, index) => name ?? `_col${index}`);
  return {
    name: 'Output',
    descriptor: { columnNames: `[${names.join(', ')}]` },
    outputs: inner.outputs,
    details: names.map((name, index) => `${name} := ${inner.outputs[index]?.symbol}`),
    children: [inner],
  };
}

/** The tables that a plan scans, without duplicates. */
export function tablesOfPlan(plan: PlanNode): (readonly string[])[] {
  const own = plan.table === undefined ? [] : [plan.table];
  const all = [...own, ...plan.children.flatMap(tablesOfPlan)];
  return [...new Map(all.map((table) => [table.join('.'), table])).values()];
}

const symbols = (outputs: TypedQuery['outputs']): Outputs =>
  outputs.map(({ name, type }, index) => ({ symbol: name ?? `expr_${index}`, type: typeName(type) }));

class Planner {
  constructor(private readonly named: Map<string, TypedQuery>) {}

  query(query: TypedQuery): PlanNode {
    for (const { relation, query: inner } of query.with) this.named.set(relation, inner);
    const { body } = query;
    const orderBy = body.kind === 'select' ? body.orderBy : query.orderBy;
    return this.limited(query, this.body(body), orderBy);
  }

  private limited({ limit, offset, ties }: TypedQuery, inner: PlanNode, orderBy: readonly TypedOrder[]): PlanNode {
    let plan = inner;
    const order = orderBy.map((each) => this.sortText(each, plan.outputs)).join(', ');
    const count = limit && expressionText(limit);
    if (count !== undefined && order !== '' && !ties && offset === undefined)
      return step('TopN', { count, orderBy: `[${order}]` }, plan);
    if (order !== '') plan = step('Sort', { orderBy: `[${order}]` }, plan);
    if (offset !== undefined) plan = step('Offset', { count: expressionText(offset) }, plan);
    if (count === undefined) return plan;
    return step('Limit', { count, ...(ties && { withTies: 'true' }) }, plan);
  }

  private sortText(order: TypedOrder, outputs: Outputs): string {
    const text = 'value' in order ? expressionText(order.value) : (outputs[order.column]?.symbol ?? '');
    return `${text} ${order.descending ? 'DESC' : 'ASC'} NULLS ${order.nullsFirst ? 'FIRST' : 'LAST'}`;
  }

  private body(body: TypedBody): PlanNode {
    switch (body.kind) {
      case 'select':
        return this.select(body);
      case 'nested':
        return this.query(body.query);
      case 'values': {
        const details = body.rows.map((row) => `(${row.map(expressionText).join(', ')})`);
        return { name: 'Values', descriptor: {}, outputs: symbols(body.outputs), details, children: [] };
      }
      case 'set': {
        const [word = '', all] = body.operator.split(' ');
        const name = `${word.charAt(0)}${word.slice(1).toLowerCase()}`;
        const children = [this.body(body.left), this.body(body.right)];
        const outputs = symbols(body.outputs);
        const whole: PlanNode = { name, descriptor: {}, outputs, details: [], children };
        if (all === 'ALL' || word !== 'UNION') return whole;
        return step('Aggregate', { keys: `[${outputs.map(({ symbol }) => symbol).join(', ')}]` }, whole);
      }
    }
  }

  private select(select: TypedSelect): PlanNode {
    const { from, where, aggregation, having, items } = select;
    let plan: PlanNode =
      from === undefined
        ? { name: 'Values', descriptor: {}, outputs: [], details: ['()'], children: [] }
        : this.relation(from);
    if (where !== undefined) plan = step('Filter', { filterPredicate: expressionText(where) }, plan);
    if (aggregation !== undefined) {
      const { keys, calls } = aggregation;
      const outputs = [...keys, ...calls].map((value) => ({
        symbol: expressionText(value),
        type: typeName(value.type),
      }));
      plan = {
        ...step('Aggregate', keys.length === 0 ? {} : { keys: `[${keys.map(expressionText).join(', ')}]` }, plan),
        outputs,
        details: calls.map((call) => `${expressionText(call)} := ${expressionText(call)}`),
      };
    }
    if (having !== undefined) plan = step('Filter', { filterPredicate: expressionText(having) }, plan);
    const windows = items.filter((item) => someNode(item, isWindow));
    if (windows.length > 0) plan = { ...step('Window', {}, plan), details: windows.map(expressionText) };
    const outputs = symbols(select.outputs);
    const details = items.map((item, index) => `${outputs[index]?.symbol} := ${expressionText(item)}`);
    plan = { name: 'Project', descriptor: {}, outputs, details, children: [plan] };
    if (!select.distinct) return plan;
    return step('Aggregate', { keys: `[${outputs.map(({ symbol }) => symbol).join(', ')}]` }, plan);
  }

  private relation(relation: TypedRelation): PlanNode {
    switch (relation.kind) {
      case 'scan': {
        const { names, columns } = relation.table as BoundTable;
        const outputs = columns
          .filter(({ hidden }) => !hidden)
          .map(({ name, type }) => ({ symbol: name, type: typeName(type) }));
        const descriptor = { table: names.join(':') };
        const details = outputs.map(({ symbol, type }) => `${symbol} := ${symbol}:${type}`);
        return { name: 'TableScan', descriptor, outputs, details, children: [], table: names };
      }
      case 'named': {
        const query = this.named.get(relation.source);
        // A recursive query isn't expanded: the plan would be infinite.
        if (query === undefined || query.repeats === true)
          return { name: 'RecursiveReference', descriptor: {}, outputs: [], details: [], children: [] };
        return this.query(query);
      }
      case 'query':
        return this.query(relation.query);
      case 'unnest': {
        const unnest = relation.items.map(expressionText).join(', ');
        return { name: 'Unnest', descriptor: { unnest: `[${unnest}]` }, outputs: [], details: [], children: [] };
      }
      case 'sample':
        return step('Sample', { ratio: `${expressionText(relation.percent)}%` }, this.relation(relation.relation));
      case 'join': {
        const [left, right] = [this.relation(relation.left), this.relation(relation.right)];
        const kind = `${relation.type.charAt(0).toUpperCase()}${relation.type.slice(1)}Join`;
        const criteria: PlanNode['descriptor'] =
          relation.on === undefined ? {} : { criteria: expressionText(relation.on) };
        const outputs = [...left.outputs, ...right.outputs];
        return { name: kind, descriptor: criteria, outputs, details: [], children: [left, right] };
      }
    }
  }
}

const isWindow = (node: Typed): boolean => node.kind === 'aggregate' && node.over !== undefined;

function step(name: string, descriptor: PlanNode['descriptor'], child: PlanNode): PlanNode {
  return { name, descriptor, outputs: child.outputs, details: [], children: [child] };
}
