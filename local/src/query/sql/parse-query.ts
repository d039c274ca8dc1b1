import type { Expression, GroupItem, Query, QueryBody, Relation, Select, SelectItem, WithQuery } from './ast';
import type { Cursor } from './cursor';
import { parseOrderBy, parseWindow } from './parse-call';
import { parseExpression } from './parse-expression';

/** Keywords after a relation, which can't be its alias without AS. */
const AFTER_RELATION = new Set(
  'CROSS EXCEPT FETCH FULL GROUP HAVING INNER INTERSECT JOIN LEFT LIMIT NATURAL OFFSET ON ORDER RIGHT TABLESAMPLE UNION USING WHERE WINDOW FOR'.split(
    ' ',
  ),
);

/** Parses a query of Trino's SQL: WITH, SELECT, set operations, VALUES, ORDER BY, OFFSET, LIMIT, FETCH FIRST. */
export function parseQuery(cursor: Cursor): Query {
  return cursor.nested(() => {
    const recursive = cursor.is('WITH', 'RECURSIVE');
    const withQueries: WithQuery[] = [];
    if (cursor.accept('WITH')) {
      cursor.accept('RECURSIVE');
      withQueries.push(...cursor.list(() => withQuery(cursor)));
    }
    const body = setOperations(cursor);
    const orderBy = parseOrderBy(cursor);
    let offset: Expression | undefined;
    let limit: Expression | undefined;
    let ties = false;
    if (cursor.accept('OFFSET')) {
      offset = parseExpression(cursor);
      if (!cursor.accept('ROWS')) cursor.accept('ROW');
    }
    if (cursor.accept('LIMIT')) limit = cursor.accept('ALL') ? undefined : parseExpression(cursor);
    else if (cursor.accept('FETCH')) {
      limit = fetchFirst(cursor);
      ties = cursor.accept('WITH', 'TIES');
      if (!ties) cursor.take('ONLY');
    }
    return { with: withQueries, recursive, body, orderBy, offset, limit, ties };
  });
}

function fetchFirst(cursor: Cursor): Expression {
  if (!cursor.accept('FIRST')) cursor.take('NEXT');
  const { at } = cursor;
  const count: Expression =
    cursor.current.kind === 'number' ? parseExpression(cursor) : { kind: 'number', value: '1', at };
  if (!cursor.accept('ROWS')) cursor.take('ROW');
  return count;
}

function withQuery(cursor: Cursor): WithQuery {
  const { at } = cursor;
  const name = cursor.name();
  const columns = columnNames(cursor);
  cursor.take('AS', '(');
  const query = parseQuery(cursor);
  cursor.take(')');
  return { name, columns, query, at };
}

function columnNames(cursor: Cursor): string[] {
  if (!cursor.accept('(')) return [];
  const names = cursor.list(() => cursor.name());
  cursor.take(')');
  return names;
}

function setOperations(cursor: Cursor): QueryBody {
  let left = intersections(cursor);
  for (;;) {
    const operator = ['UNION', 'EXCEPT'].find((word) => cursor.is(word));
    if (operator === undefined) return left;
    left = setOperation(cursor, operator, left, intersections);
  }
}

function intersections(cursor: Cursor): QueryBody {
  let left = queryTerm(cursor);
  while (cursor.is('INTERSECT')) left = setOperation(cursor, 'INTERSECT', left, queryTerm);
  return left;
}

function setOperation(cursor: Cursor, word: string, left: QueryBody, read: (cursor: Cursor) => QueryBody): QueryBody {
  const { at } = cursor;
  cursor.take(word);
  const all = cursor.accept('ALL');
  if (!all) cursor.accept('DISTINCT');
  return { kind: 'set', operator: all ? `${word} ALL` : word, left, right: read(cursor), at };
}

function queryTerm(cursor: Cursor): QueryBody {
  if (cursor.accept('(')) {
    const query = parseQuery(cursor);
    cursor.take(')');
    return { kind: 'nested', query };
  }
  if (cursor.accept('VALUES')) return { kind: 'values', rows: cursor.list(() => parseExpression(cursor)) };
  if (cursor.accept('TABLE')) {
    const { at } = cursor;
    const from: Relation = { kind: 'table', parts: cursor.qualifiedName(), at };
    return { ...EMPTY_SELECT, items: [{ kind: 'star', qualifier: [], at }], from };
  }
  return select(cursor);
}

const EMPTY_SELECT: Select = { kind: 'select', distinct: false, items: [], groupBy: [], windows: [] };

function select(cursor: Cursor): Select {
  if (!cursor.accept('SELECT')) throw cursor.unexpected("'(', 'SELECT', 'TABLE', 'VALUES'");
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const items = cursor.list(() => selectItem(cursor));
  const from = cursor.accept('FROM') ? fromList(cursor) : undefined;
  const where = cursor.accept('WHERE') ? parseExpression(cursor) : undefined;
  const grouped = cursor.accept('GROUP', 'BY');
  const groupDistinct = grouped && cursor.accept('DISTINCT');
  if (grouped && !groupDistinct) cursor.accept('ALL');
  const groupBy = grouped ? cursor.list(() => groupItem(cursor)) : [];
  const having = cursor.accept('HAVING') ? parseExpression(cursor) : undefined;
  const windows = cursor.accept('WINDOW')
    ? cursor.list(() => {
        const name = cursor.name();
        cursor.take('AS');
        return { name, spec: parseWindow(cursor) };
      })
    : [];
  return { kind: 'select', distinct, items, from, where, groupBy, groupDistinct, having, windows };
}

function selectItem(cursor: Cursor): SelectItem {
  const { at } = cursor;
  if (cursor.accept('*')) return { kind: 'star', qualifier: [], at };
  const star = cursor.attempt(() => {
    const qualifier = [cursor.name()];
    cursor.take('.');
    while (!cursor.is('*')) {
      qualifier.push(cursor.name());
      cursor.take('.');
    }
    cursor.take('*');
    return qualifier;
  });
  if (star !== undefined) return { kind: 'star', qualifier: star, columns: starNames(cursor), at };
  const expression = parseExpression(cursor);
  if (cursor.accept('.', '*'))
    return { kind: 'star', qualifier: [], operand: expression, columns: starNames(cursor), at };
  const alias = cursor.accept('AS') || isAlias(cursor) ? cursor.name() : undefined;
  return { kind: 'expression', expression, alias };
}

/** `AS (a, b)` after a star, if present. */
const starNames = (cursor: Cursor): string[] => (cursor.accept('AS') ? columnNames(cursor) : []);

function isAlias(cursor: Cursor): boolean {
  return cursor.isName() && !(cursor.current.kind === 'word' && AFTER_RELATION.has(cursor.current.text.toUpperCase()));
}

function fromList(cursor: Cursor): Relation {
  let left = joins(cursor);
  while (cursor.accept(',')) left = { kind: 'join', type: 'cross', left, right: joins(cursor) };
  return left;
}

function joins(cursor: Cursor): Relation {
  let left = sampled(cursor);
  for (;;) {
    const { at } = cursor;
    if (cursor.accept('CROSS', 'JOIN')) {
      left = { kind: 'join', type: 'cross', left, right: sampled(cursor) };
      continue;
    }
    const type = joinType(cursor);
    if (type === undefined) return left;
    // In `a JOIN b JOIN c ON … ON …` the last condition belongs to the first join.
    const right = nestedJoin(cursor);
    if (cursor.accept('USING', '(')) {
      const using = cursor.list(() => cursor.name());
      cursor.take(')');
      left = { kind: 'join', type, left, right, using, at };
    } else {
      cursor.take('ON');
      left = { kind: 'join', type, left, right, on: parseExpression(cursor) };
    }
  }
}

function nestedJoin(cursor: Cursor): Relation {
  let right = sampled(cursor);
  for (;;) {
    if (cursor.is('ON') || cursor.is('USING')) return right;
    const { at } = cursor;
    if (cursor.accept('CROSS', 'JOIN')) {
      right = { kind: 'join', type: 'cross', left: right, right: sampled(cursor) };
      continue;
    }
    const type = joinType(cursor);
    if (type === undefined) return right;
    const inner = cursor.nested(() => nestedJoin(cursor));
    cursor.take('ON');
    right = { kind: 'join', type, left: right, right: inner, on: parseExpression(cursor), at };
  }
}

function joinType(cursor: Cursor): 'inner' | 'left' | 'right' | 'full' | undefined {
  if (cursor.accept('JOIN') || cursor.accept('INNER', 'JOIN')) return 'inner';
  for (const type of ['left', 'right', 'full'] as const) {
    const word = type.toUpperCase();
    if (cursor.accept(word, 'JOIN') || cursor.accept(word, 'OUTER', 'JOIN')) return type;
  }
  return undefined;
}

function sampled(cursor: Cursor): Relation {
  const relation = aliased(cursor);
  if (!cursor.accept('TABLESAMPLE')) return relation;
  if (!cursor.accept('BERNOULLI')) cursor.take('SYSTEM');
  cursor.take('(');
  const percent = parseExpression(cursor);
  cursor.take(')');
  return { kind: 'sample', relation, percent };
}

function aliased(cursor: Cursor): Relation {
  const { at } = cursor;
  const relation = primaryRelation(cursor);
  if (!cursor.accept('AS') && !isAlias(cursor)) return relation;
  return { kind: 'alias', relation, name: cursor.name(), columns: columnNames(cursor), at };
}

function primaryRelation(cursor: Cursor): Relation {
  return cursor.nested(() => {
    const { at } = cursor;
    if (cursor.accept('UNNEST', '(')) {
      const arrays = cursor.list(() => parseExpression(cursor));
      cursor.take(')');
      return { kind: 'unnest', arrays, ordinality: cursor.accept('WITH', 'ORDINALITY') };
    }
    const lateral = cursor.accept('LATERAL');
    if (!cursor.accept('(')) {
      const parts = cursor.qualifiedName();
      const version = tableVersion(cursor);
      return { kind: 'table', parts, ...(version !== undefined && { version }), at };
    }
    const readQuery = () => {
      const found = parseQuery(cursor);
      cursor.take(')');
      return found;
    };
    // `((SELECT …) UNION …)` and `((SELECT …) a JOIN b …)` begin alike: try the query first.
    const query = cursor.is('(') ? cursor.attempt(readQuery) : startsQuery(cursor) ? readQuery() : undefined;
    if (query !== undefined) return { kind: 'query', query, lateral };
    const relation = fromList(cursor);
    cursor.take(')');
    return relation;
  });
}

/** `FOR TIMESTAMP AS OF …`, `FOR VERSION AS OF …`, and the standard's keywords for them. */
function tableVersion(cursor: Cursor): (Relation & { kind: 'table' })['version'] {
  if (!cursor.accept('FOR')) return undefined;
  const byTime = cursor.accept('TIMESTAMP') || cursor.accept('SYSTEM_TIME');
  if (!byTime && !cursor.accept('SYSTEM_VERSION')) cursor.take('VERSION');
  cursor.take('AS', 'OF');
  return { by: byTime ? 'timestamp' : 'version', value: parseExpression(cursor) };
}

/** Parses a relation of FROM, or of MERGE's USING, with its alias. */
export function parseRelation(cursor: Cursor): Relation {
  return aliased(cursor);
}

/** Parses a table's alias, with or without AS. */
export function parseAlias(cursor: Cursor): string | undefined {
  return cursor.accept('AS') || isAlias(cursor) ? cursor.name() : undefined;
}

function startsQuery(cursor: Cursor): boolean {
  return ['SELECT', 'WITH', 'VALUES', 'TABLE'].some((word) => cursor.is(word));
}

function groupItem(cursor: Cursor): GroupItem {
  const kind = cursor.accept('GROUPING', 'SETS')
    ? 'sets'
    : cursor.accept('CUBE')
      ? 'cube'
      : cursor.accept('ROLLUP')
        ? 'rollup'
        : undefined;
  if (kind === undefined && cursor.is('(', ')')) {
    cursor.take('(', ')');
    return { kind: 'sets', sets: [[]] };
  }
  if (kind === undefined) return { kind: 'expression', expression: parseExpression(cursor) };
  cursor.take('(');
  if (cursor.accept(')')) return { kind: 'sets', sets: [[]] };
  const sets = cursor.list(() => {
    if (!cursor.accept('(')) return [parseExpression(cursor)];
    const items = cursor.is(')') ? [] : cursor.list(() => parseExpression(cursor));
    cursor.take(')');
    return items;
  });
  cursor.take(')');
  return { kind, sets };
}
