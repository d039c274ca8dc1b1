import type { Query } from './ast';
import { Cursor } from './cursor';
import { parseQuery } from './parse-query';
import { SqlSyntaxError } from './tokens';

/** A statement that Athena runs. */
export type Statement =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'execute'; readonly name: string };

/** @throws SqlSyntaxError for what is no statement of Athena's. */
export function parseStatement(text: string): Statement {
  const cursor = new Cursor(text);
  const statement: Statement = { kind: 'query', query: parseQuery(cursor) };
  cursor.end();
  return statement;
}

export function statementTypeOf(_statement: Statement): { type: 'DDL' | 'DML' | 'UTILITY'; subtype: string } {
  return { type: 'DML', subtype: 'SELECT' };
}
export { SqlSyntaxError };
