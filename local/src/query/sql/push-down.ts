import type { Expression, Query, Select } from './ast';
import { columnsIn, nodes } from './walk';

/** A query's use by its enclosing query: its alias, its renamed columns, and the conditions on its rows. */
export interface Use {
  readonly alias: string | undefined;
  readonly columns: readonly string[];
  readonly conjuncts: readonly Expression[];
}

/**
 * Adds the enclosing query's conditions on columns of the query's tables to its WHERE: they determine the partitions
 * that it reads. The result is the same only if the enclosing query still applies its conditions.
 */
export function pushInto(query: Query, use: Use): Query {
  const { body } = query;
  if (use.conjuncts.length === 0 || query.limit !== undefined || query.offset !== undefined) return query;
  if (body.kind === 'nested') return { ...query, body: { ...body, query: pushInto(body.query, use) } };
  if (body.kind !== 'select' || body.groupBy.length > 0 || body.having !== undefined || hasWindow(body)) return query;
  const pushed = use.conjuncts.flatMap((conjunct) => inside(conjunct, body, use) ?? []);
  const where = [...pushed, ...(body.where === undefined ? [] : [body.where])].reduce<Expression | undefined>(
    (left, right) => (left === undefined ? right : { kind: 'binary', operator: 'and', left, right, at: right.at }),
    undefined,
  );
  return { ...query, body: { ...body, where } };
}

/** Whether a window function is used: with fewer input rows its results would differ. */
const hasWindow = (select: Select): boolean =>
  [...nodes(select.items)].some((node) => (node as { over?: unknown }).over !== undefined);

/** A condition in the inner query's names; undefined if it involves more than columns of tables. */
function inside(conjunct: Expression, select: Select, use: Use): Expression | undefined {
  const places = new Map<object, Expression>();
  for (const column of columnsIn(conjunct)) {
    const found = columnInside(column, select, use);
    if (found === undefined) return undefined;
    places.set(column, found);
  }
  return replaced(conjunct, places);
}

function columnInside(
  { parts, at }: Expression & { kind: 'column' },
  { items }: Select,
  { alias, columns }: Use,
): Expression | undefined {
  const name = parts.at(-1) as string;
  if (parts.length > 1 && parts.at(-2) !== alias) return undefined;
  const hasStar = items.some((item) => item.kind === 'star');
  if (columns.length > 0) {
    const item = hasStar ? undefined : items[columns.indexOf(name)];
    return item?.kind === 'expression' && item.expression.kind === 'column' ? item.expression : undefined;
  }
  for (const item of items) {
    if (item.kind === 'star') continue;
    const { alias: own, expression } = item;
    const shown = own ?? (expression.kind === 'column' ? expression.parts.at(-1) : undefined);
    if (shown === name) return expression.kind === 'column' ? expression : undefined;
  }
  const stars = items.filter((item) => item.kind === 'star');
  const [star] = stars;
  if (star === undefined || stars.length > 1 || star.operand !== undefined || (star.columns ?? []).length > 0)
    return undefined;
  return { kind: 'column', parts: [...star.qualifier, name], at };
}

function replaced<T>(part: T, places: ReadonlyMap<object, Expression>): T {
  if (Array.isArray(part)) return part.map((item) => replaced(item, places)) as T;
  if (typeof part !== 'object' || part === null) return part;
  const found = places.get(part);
  if (found !== undefined) return found as T;
  return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, replaced(item, places)])) as T;
}
