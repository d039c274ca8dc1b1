import type { Expression } from './ast';
import { Cursor } from './cursor';
import { parseExpression } from './parse-expression';

/** Parses an execution parameter, a literal in SQL: `1`, `'text'`, `DATE '2026-01-01'`. @throws SqlSyntaxError */
export function parseParameter(text: string): Expression {
  const cursor = new Cursor(text);
  const expression = parseExpression(cursor);
  cursor.end();
  return expression;
}
