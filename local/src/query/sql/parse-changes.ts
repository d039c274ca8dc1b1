import type { Cursor } from './cursor';
import { tableName } from './parse-ddl';
import { parseExpression } from './parse-expression';
import { parseAlias, parseRelation } from './parse-query';
import type { Assignment, MergeClause, Statement } from './statement';

/** `DELETE FROM t [AS a] [WHERE …]` */
export function parseDelete(cursor: Cursor): Statement {
  cursor.take('DELETE', 'FROM');
  const table = tableName(cursor);
  const alias = parseAlias(cursor);
  return { kind: 'delete', table, ...(alias !== undefined && { alias }), ...where(cursor) };
}

/** `UPDATE t [AS a] SET c = …, … [WHERE …]` */
export function parseUpdate(cursor: Cursor): Statement {
  cursor.take('UPDATE');
  const table = tableName(cursor);
  const alias = cursor.is('SET') ? undefined : parseAlias(cursor);
  cursor.take('SET');
  const assignments = cursor.list(() => assignment(cursor));
  return { kind: 'update', table, ...(alias !== undefined && { alias }), assignments, ...where(cursor) };
}

/** `OPTIMIZE t REWRITE DATA USING BIN_PACK [WHERE …]` */
export function parseOptimize(cursor: Cursor): Statement {
  cursor.take('OPTIMIZE');
  const table = tableName(cursor);
  cursor.take('REWRITE', 'DATA', 'USING', 'BIN_PACK');
  return { kind: 'optimize', table, ...where(cursor) };
}

/** `MERGE INTO t [AS a] USING s [AS b] ON … WHEN [NOT] MATCHED [AND …] THEN …` */
export function parseMerge(cursor: Cursor): Statement {
  cursor.take('MERGE', 'INTO');
  const table = tableName(cursor);
  const alias = parseAlias(cursor);
  cursor.take('USING');
  const source = parseRelation(cursor);
  cursor.take('ON');
  const on = parseExpression(cursor);
  const clauses: MergeClause[] = [];
  do clauses.push(mergeClause(cursor));
  while (cursor.is('WHEN'));
  return { kind: 'merge', table, ...(alias !== undefined && { alias }), source, on, clauses };
}

function mergeClause(cursor: Cursor): MergeClause {
  cursor.take('WHEN');
  const matched = !cursor.accept('NOT');
  cursor.take('MATCHED');
  const condition = cursor.accept('AND') ? parseExpression(cursor) : undefined;
  const when = condition === undefined ? {} : { when: condition };
  cursor.take('THEN');
  if (!matched) return insertClause(cursor, when);
  if (cursor.accept('DELETE')) return { kind: 'delete', ...when };
  cursor.take('UPDATE', 'SET');
  return { kind: 'update', ...when, assignments: cursor.list(() => assignment(cursor)) };
}

function insertClause(cursor: Cursor, when: Pick<MergeClause, 'when'>): MergeClause {
  const { at } = cursor;
  cursor.take('INSERT');
  const columns: string[] = [];
  if (cursor.accept('(')) {
    columns.push(...cursor.list(() => qualified(cursor)));
    cursor.take(')');
  }
  cursor.take('VALUES', '(');
  const values = cursor.list(() => parseExpression(cursor));
  cursor.take(')');
  return { kind: 'insert', ...when, columns, values, at };
}

function assignment(cursor: Cursor): Assignment {
  const { at } = cursor;
  const column = qualified(cursor);
  cursor.take('=');
  return { column, value: parseExpression(cursor), at };
}

/** A column of the table, optionally qualified by the alias. */
const qualified = (cursor: Cursor) => cursor.qualifiedName().at(-1) as string;

function where(cursor: Cursor): Pick<Statement & { kind: 'delete' }, 'where'> {
  return cursor.accept('WHERE') ? { where: parseExpression(cursor) } : {};
}
