import { QueryError, typeMismatch } from '../errors';
import type { Expression, GroupItem, Select } from '../sql/ast';
import type { Position } from '../sql/tokens';
import { isComparable, typeName } from '../types/type';
import type { Analysis } from './context';
import { ExpressionAnalyser } from './expressions';
import type { Scope } from './scope';
import { type Aggregation, keyOfNode, rewrite, someNode, type Typed, type TypedSelect } from './tree';

interface Grouped {
  readonly select: Select;
  readonly scope: Scope;
  readonly analyser: ExpressionAnalyser;
  readonly analysis: Analysis;
}

/** Trino's `query.max-grouping-sets`. */
const MAX_GROUPING_SETS = 2048;

const isAggregate = (node: Typed): boolean =>
  (node.kind === 'aggregate' && node.over === undefined) || node.kind === 'grouping';

/**
 * Moves a SELECT's grouping into a relation of its own, and rewrites its output, sorting and HAVING over that
 * relation's columns. @throws QueryError for an expression that is neither grouped by nor an aggregate
 */
export function aggregationOf(found: TypedSelect, grouped: Grouped): TypedSelect {
  const { select, scope } = grouped;
  const orders = found.orderBy.flatMap((order) => ('value' in order ? [order.value] : []));
  const after = [...found.items, ...(found.having === undefined ? [] : [found.having]), ...orders];
  if (select.groupBy.length === 0 && found.having === undefined && !after.some((node) => inThisQuery(node)))
    return found;
  const { keys, sets } = groupKeys(found, grouped);
  const places = new Map(keys.map((key, index) => [keyOfNode(key), index]));
  const relation = grouped.analysis.relation();
  const calls: Typed[] = [];
  const callPlaces = new Map<string, number>();
  const own = new Set(scope.fields.flatMap(({ value }) => relationsIn(value)));
  const replaceKey = (node: Typed): Typed | undefined => {
    const place = places.get(keyOfNode(node));
    return place === undefined ? undefined : groupColumn(relation, `k${place}`, node);
  };
  const replace = (node: Typed): Typed | undefined => {
    const grouped = replaceKey(node);
    if (grouped !== undefined) return grouped;
    // A subquery keeps its own aggregates; of the outer query it may use the grouping keys only.
    if ('query' in node) return withoutQuery(node, replace, replaceKey);
    if (!isAggregate(node)) return undefined;
    if (node.kind === 'grouping' && !node.items.every((item) => places.has(keyOfNode(item))))
      throw new QueryError(
        'INVALID_ARGUMENTS',
        'The arguments to GROUPING() must be expressions referenced by the GROUP BY associated with this query',
        { line: 1, column: 1 },
      );
    const key = keyOfNode(node);
    const known = callPlaces.get(key) ?? calls.push(node) - 1;
    callPlaces.set(key, known);
    return groupColumn(relation, `a${known}`, node);
  };
  const rewritten = (node: Typed): Typed => {
    const result = rewrite(node, replace);
    checkGrouped(result, own);
    return result;
  };
  const items = found.items.map(rewritten);
  const having = found.having && rewritten(found.having);
  const orderBy = found.orderBy.map((order) =>
    'value' in order ? { ...order, value: rewritten(order.value) } : order,
  );
  const aggregation: Aggregation = { relation, keys, sets, calls };
  return { ...found, items, having, orderBy, aggregation };
}

type Replace = (node: Typed) => Typed | undefined;

/** Rewrites an expression with a subquery: the expression and the subquery by different functions. */
function withoutQuery(node: Typed & { query: unknown }, outside: Replace, inside: Replace): Typed {
  const { query, ...rest } = node;
  return { ...rewrite(rest, outside), query: rewrite(query, inside) } as Typed;
}

/** Whether an expression holds an aggregate, outside of its subqueries. */
function inThisQuery(node: Typed): boolean {
  let found = false;
  rewrite(node, (each) => {
    if ('query' in each && each.kind !== 'in-query' && each.kind !== 'quantified') return each;
    if (isAggregate(each)) found = true;
    return undefined;
  });
  return found;
}

function groupColumn(relation: string, column: string, node: Typed): Typed {
  return {
    kind: 'column',
    type: node.type,
    relation,
    column,
    name: node.kind === 'column' ? node.name : '',
    at: node.kind === 'column' ? node.at : { line: 1, column: 1 },
  };
}

function relationsIn(value: Typed): string[] {
  const found: string[] = [];
  someNode(value, (node) => {
    if (node.kind === 'column') found.push(node.relation);
    return false;
  });
  return found;
}

function checkGrouped(node: Typed, own: ReadonlySet<string>): void {
  someNode(node, (each) => {
    if (each.kind !== 'column' || !own.has(each.relation)) return false;
    throw new QueryError(
      'EXPRESSION_NOT_AGGREGATE',
      `'${each.name}' must be an aggregate expression or appear in GROUP BY clause`,
      each.at,
    );
  });
}

function groupKeys(found: TypedSelect, { select, analyser }: Grouped): { keys: Typed[]; sets: number[][] } {
  const inGroup = new ExpressionAnalyser({ ...analyser.around, scalarOnly: 'GROUP BY clause' });
  const keys: Typed[] = [];
  const places = new Map<string, number>();
  const place = (expression: Expression): number => {
    const key = keyFor(expression, found, inGroup);
    const known = places.get(keyOfNode(key)) ?? keys.push(key) - 1;
    places.set(keyOfNode(key), known);
    return known;
  };
  // The number is checked before the sets are made: a CUBE of 30 columns has a thousand million.
  const count = select.groupBy.reduce((product, item) => product * countOf(item), 1);
  if (count > MAX_GROUPING_SETS)
    throw new QueryError(
      'TOO_MANY_GROUPING_SETS',
      `GROUP BY has ${count} grouping sets but can have at most ${MAX_GROUPING_SETS}`,
      { line: 1, column: 1 },
    );
  let sets: number[][] = [[]];
  for (const item of select.groupBy) {
    const choices = setsOf(item, place);
    sets = sets.flatMap((set) => choices.map((choice) => [...new Set([...set, ...choice])]));
  }
  if (select.groupDistinct === true)
    sets = [...new Map(sets.map((set) => [[...set].sort((a, b) => a - b).join(), set])).values()];
  return { keys, sets };
}

function countOf(item: GroupItem): number {
  switch (item.kind) {
    case 'expression':
      return 1;
    case 'sets':
      return item.sets.length;
    case 'rollup':
      return item.sets.length + 1;
    case 'cube':
      return 2 ** item.sets.length;
  }
}

function setsOf(item: GroupItem, place: (expression: Expression) => number): number[][] {
  if (item.kind === 'expression') {
    const { expression } = item;
    // `GROUP BY (a, b)` groups by both.
    return [(expression.kind === 'row' && expression.names === undefined ? expression.items : [expression]).map(place)];
  }
  const parts = item.sets.map((set) => set.map(place));
  switch (item.kind) {
    case 'sets':
      return parts;
    case 'rollup':
      return Array.from({ length: parts.length + 1 }, (_, index) => parts.slice(0, parts.length - index).flat());
    case 'cube':
      return Array.from({ length: 2 ** parts.length }, (_, bits) =>
        parts.filter((_part, index) => (bits & (1 << (parts.length - 1 - index))) === 0).flat(),
      );
  }
}

function keyFor(expression: Expression, found: TypedSelect, analyser: ExpressionAnalyser): Typed {
  const at: Position = expression.at;
  let key: Typed;
  if (expression.kind === 'number' && /^\d+$/.test(expression.value)) {
    const item = found.items[Number(expression.value) - 1];
    if (item === undefined)
      throw new QueryError(
        'INVALID_COLUMN_REFERENCE',
        `GROUP BY position ${expression.value} is not in select list`,
        at,
      );
    if (inThisQuery(item))
      throw new QueryError(
        'EXPRESSION_NOT_SCALAR',
        'GROUP BY clause cannot contain aggregations, window functions or grouping operations',
        at,
      );
    key = item;
  } else key = analyser.analyse(expression);
  if (!isComparable(key.type))
    throw typeMismatch(`${typeName(key.type)} is not comparable, and therefore cannot be used in GROUP BY`, at);
  return key;
}
