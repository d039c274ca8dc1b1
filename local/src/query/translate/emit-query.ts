import { quoteIdentifier } from '../../core/hive-types';
import { tableNotFound } from '../errors';
import type { Expression, GroupItem, Query, QueryBody, Relation, Select } from '../sql/ast';
import type { Context } from './context';
import { ExpressionEmitter } from './emit-expression';

/** Writes a query for DuckDB; tables become the queries that they are bound to. */
export function emitQuery(query: Query, context: Context): string {
  const emitter = new ExpressionEmitter(context);
  const parts: string[] = [];
  if (query.with.length > 0) {
    const named = query.with.map(
      (item) => `${quoteIdentifier(item.name)}${columnList(item.columns)} AS (${emitQuery(item.query, context)})`,
    );
    parts.push(`WITH ${query.recursive ? 'RECURSIVE ' : ''}${named.join(', ')}`);
  }
  parts.push(emitBody(query.body, context));
  if (query.orderBy.length > 0) parts.push(`ORDER BY ${emitter.sortItems(query.orderBy)}`);
  if (query.limit !== undefined) parts.push(`LIMIT ${emitter.emit(query.limit)}`);
  if (query.offset !== undefined) parts.push(`OFFSET ${emitter.emit(query.offset)}`);
  return parts.join(' ');
}

function emitBody(body: QueryBody, context: Context): string {
  switch (body.kind) {
    case 'select':
      return emitSelect(body, context);
    case 'set':
      return `${emitOperand(body.left, context)} ${body.operator} ${emitOperand(body.right, context)}`;
    case 'nested':
      return `(${emitQuery(body.query, context)})`;
    case 'values': {
      const emitter = new ExpressionEmitter(context);
      const rows = body.rows.map((row) => (row.kind === 'row' ? row.items : [row]).map((item) => emitter.emit(item)));
      const width = rows[0]?.length ?? 0;
      const names = Array.from({ length: width }, (_, index) => quoteIdentifier(`_col${index}`));
      return `SELECT * FROM (VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) AS "values"(${names.join(', ')})`;
    }
  }
}

function emitOperand(body: QueryBody, context: Context): string {
  return body.kind === 'set' ? `(${emitBody(body, context)})` : emitBody(body, context);
}

function emitSelect(select: Select, context: Context): string {
  const emitter = new ExpressionEmitter(context);
  const hidden = select.from === undefined ? new Map<string, readonly string[]>() : hiddenColumns(select.from, context);
  const items = select.items.map((item, index) => {
    if (item.kind === 'star') return star(item.qualifier, hidden);
    const text = emitter.emit(item.expression);
    if (item.alias !== undefined) return `${text} AS ${quoteIdentifier(item.alias)}`;
    // An alias equal to a column's name would make DuckDB blame the alias when there is no such column.
    return nameOf(item.expression) === undefined ? `${text} AS ${quoteIdentifier(`_col${index}`)}` : text;
  });
  const parts = [`SELECT ${select.distinct ? 'DISTINCT ' : ''}${items.join(', ')}`];
  if (select.from !== undefined) parts.push(`FROM ${emitRelation(select.from, context)}`);
  if (select.where !== undefined) parts.push(`WHERE ${emitter.emit(select.where)}`);
  if (select.groupBy.length > 0)
    parts.push(`GROUP BY ${select.groupBy.map((item) => group(item, emitter)).join(', ')}`);
  if (select.having !== undefined) parts.push(`HAVING ${emitter.emit(select.having)}`);
  if (select.windows.length > 0) {
    const windows = select.windows.map(({ name, spec }) => `${quoteIdentifier(name)} AS ${emitter.window(spec)}`);
    parts.push(`WINDOW ${windows.join(', ')}`);
  }
  return parts.join(' ');
}

/** The name that Trino gives a column without an alias; an expression has none. */
export function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'column') return expression.parts.at(-1);
  return expression.kind === 'field' ? expression.name : undefined;
}

function group(item: GroupItem, emitter: ExpressionEmitter): string {
  if (item.kind === 'expression') {
    const { expression } = item;
    // `GROUP BY (a, b)` groups by both.
    return (expression.kind === 'row' ? expression.items : [expression]).map((each) => emitter.emit(each)).join(', ');
  }
  const sets = item.sets.map((set) => `(${set.map((expression) => emitter.emit(expression)).join(', ')})`);
  const word = { sets: 'GROUPING SETS', cube: 'CUBE', rollup: 'ROLLUP' }[item.kind];
  return `${word} (${sets.join(', ')})`;
}

/** `*`, without the hidden columns that the tables were asked for. */
function star(qualifier: readonly string[], hidden: ReadonlyMap<string, readonly string[]>): string {
  const table = qualifier.at(-1);
  const prefix = table === undefined ? '' : `${quoteIdentifier(table)}.`;
  const names = table === undefined ? [...new Set([...hidden.values()].flat())] : (hidden.get(table) ?? []);
  return names.length === 0 ? `${prefix}*` : `${prefix}* EXCLUDE (${names.map(quoteIdentifier).join(', ')})`;
}

function hiddenColumns(relation: Relation, context: Context, name?: string): Map<string, readonly string[]> {
  switch (relation.kind) {
    case 'table': {
      const hidden = context.tableOf(relation)?.hidden ?? [];
      return new Map(hidden.length === 0 ? [] : [[name ?? (relation.parts.at(-1) as string), hidden]]);
    }
    case 'alias':
      return hiddenColumns(relation.relation, context, relation.name);
    case 'sample':
      return hiddenColumns(relation.relation, context, name);
    case 'join':
      return new Map([...hiddenColumns(relation.left, context), ...hiddenColumns(relation.right, context)]);
    default:
      return new Map();
  }
}

function emitRelation(relation: Relation, context: Context, columns?: readonly string[]): string {
  const emitter = new ExpressionEmitter(context);
  switch (relation.kind) {
    case 'table': {
      const bound = context.tableOf(relation);
      const name = quoteIdentifier(relation.parts.at(-1) as string);
      return bound === undefined ? named(relation) : `(${bound.sql}) AS ${name}`;
    }
    case 'query':
      return `${relation.lateral ? 'LATERAL ' : ''}(${emitQuery(relation.query, context)})`;
    case 'unnest':
      return unnest(relation, emitter, columns);
    case 'alias':
      return `${aliased(relation.relation, context, relation.columns)} AS ${quoteIdentifier(relation.name)}${columnList(relation.columns)}`;
    case 'sample':
      return `${emitRelation(relation.relation, context)} TABLESAMPLE BERNOULLI (${emitter.emit(relation.percent)} PERCENT)`;
    case 'join':
      return join(relation, context, emitter);
  }
}

/** A relation that an alias follows: it must not bring its own. */
function aliased(relation: Relation, context: Context, columns: readonly string[]): string {
  if (relation.kind !== 'table') return emitRelation(relation, context, columns);
  const bound = context.tableOf(relation);
  return bound === undefined ? named(relation) : `(${bound.sql})`;
}

/** A query of the WITH. The engine's own catalog and files are no tables: a name of several parts is no such query. */
function named({ parts, at }: Relation & { kind: 'table' }): string {
  if (parts.length > 1) throw tableNotFound(parts.join('.'), at);
  return quoteIdentifier(parts[0] as string);
}

function join(relation: Relation & { kind: 'join' }, context: Context, emitter: ExpressionEmitter): string {
  const [left, right] = [emitRelation(relation.left, context), emitRelation(relation.right, context)];
  const condition =
    relation.using !== undefined
      ? ` USING (${relation.using.map(quoteIdentifier).join(', ')})`
      : relation.on === undefined
        ? ''
        : ` ON ${emitter.emit(relation.on)}`;
  return `(${left} ${relation.type.toUpperCase()} JOIN ${right}${condition})`;
}

/** More names than arrays mean that an array's rows, or a map's entries, become several columns. */
function unnest(relation: Relation & { kind: 'unnest' }, emitter: ExpressionEmitter, columns: readonly string[] = []) {
  const spread = columns.length > relation.arrays.length + (relation.ordinality ? 1 : 0);
  const lists = relation.arrays.map((array) => {
    const value = emitter.emit(array);
    return emitter.hint(array) === 'map' ? { list: `map_entries(${value})`, map: true } : { list: value, map: false };
  });
  const items = lists.map(({ list, map }) => (map || spread ? `unnest(${list}, max_depth := 2)` : `unnest(${list})`));
  // The longest decides how many rows there are.
  if (relation.ordinality) {
    items.push(`unnest(generate_series(1, greatest(${lists.map(({ list }) => `len(${list})`).join(', ')})))`);
  }
  return `LATERAL (SELECT ${items.join(', ')})`;
}

function columnList(names: readonly string[]): string {
  return names.length === 0 ? '' : `(${names.map(quoteIdentifier).join(', ')})`;
}
