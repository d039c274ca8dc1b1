import type { Expression, Query } from './ast';
import type { Cursor } from './cursor';
import { call, parseCall, parseKeywordCall } from './parse-call';
import { parseQuery } from './parse-query';
import { parseType } from './parse-type';

const COMPARISONS = ['=', '<>', '!=', '<=', '>=', '<', '>'];
const BARE_FUNCTIONS = new Set(['CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP']);
/** Types with literals of the form `DATE '2026-01-01'`. */
const LITERAL_TYPES = new Set(
  'BIGINT BOOLEAN CHAR DATE DECIMAL DOUBLE INT INTEGER IPADDRESS JSON REAL SMALLINT TIME TIMESTAMP TINYINT UUID VARCHAR'.split(
    ' ',
  ),
);

/** Parses an expression of Trino's SQL: OR, AND, NOT, predicates, sums, products, postfix, primary. */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(() => {
    let left = conjunction(cursor);
    while (cursor.is('OR')) left = binary(cursor, 'or', left, conjunction);
    return left;
  });
}

function binary(cursor: Cursor, operator: string, left: Expression, read: (cursor: Cursor) => Expression): Expression {
  const { at } = cursor.next();
  return { kind: 'binary', operator, left, right: read(cursor), at };
}

function conjunction(cursor: Cursor): Expression {
  let left = negation(cursor);
  while (cursor.is('AND')) left = binary(cursor, 'and', left, negation);
  return left;
}

function negation(cursor: Cursor): Expression {
  const { at } = cursor;
  if (!cursor.accept('NOT')) return predicate(cursor);
  return cursor.nested(() => ({ kind: 'unary', operator: 'not', operand: negation(cursor), at }));
}

function predicate(cursor: Cursor): Expression {
  let left = parseSum(cursor);
  for (;;) {
    const next = predicateOn(cursor, left);
    if (next === undefined) return left;
    left = next;
  }
}

function predicateOn(cursor: Cursor, operand: Expression): Expression | undefined {
  const { at } = cursor;
  const symbol = COMPARISONS.find((candidate) => cursor.is(candidate));
  if (symbol !== undefined) return comparison(cursor, operand, symbol === '!=' ? '<>' : symbol);
  if (cursor.accept('IS')) {
    const negated = cursor.accept('NOT');
    if (cursor.accept('NULL')) return { kind: 'is-null', operand, negated, at };
    for (const [word, value] of [
      ['TRUE', true],
      ['FALSE', false],
      ['UNKNOWN', 'unknown'],
    ] as const) {
      if (cursor.accept(word)) return { kind: 'truth', operand, value, negated, at };
    }
    cursor.take('DISTINCT', 'FROM');
    const operator = negated ? 'is not distinct from' : 'is distinct from';
    return { kind: 'binary', operator, left: operand, right: parseSum(cursor), at };
  }
  const negated = cursor.is('NOT') && ['BETWEEN', 'IN', 'LIKE'].some((word) => cursor.is('NOT', word));
  if (negated) cursor.next();
  if (cursor.accept('BETWEEN')) {
    const low = parseSum(cursor);
    cursor.take('AND');
    return { kind: 'between', operand, low, high: parseSum(cursor), negated, at };
  }
  if (cursor.accept('LIKE')) {
    const pattern = parseSum(cursor);
    const escapedBy = cursor.accept('ESCAPE') ? parseSum(cursor) : undefined;
    return { kind: 'like', operand, pattern, escape: escapedBy, negated, at };
  }
  if (!cursor.accept('IN')) return undefined;
  cursor.take('(');
  const options = subqueryIn(cursor) ?? cursor.list(() => parseExpression(cursor));
  cursor.take(')');
  return { kind: 'in', operand, options, negated, at };
}

/** Parses a query in place of an expression; `((SELECT …) UNION …)` begins as an expression does. */
function subqueryIn(cursor: Cursor): Query | undefined {
  if (['SELECT', 'WITH', 'VALUES', 'TABLE'].some((word) => cursor.is(word)))
    return cursor.subquery(() => parseQuery(cursor));
  if (!cursor.is('(')) return undefined;
  let ahead = 1;
  while (cursor.peek(ahead).text === '(') ahead++;
  if (!['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(cursor.peek(ahead).text.toUpperCase())) return undefined;
  return cursor.attempt(() => {
    const query = cursor.subquery(() => parseQuery(cursor));
    if (!cursor.is(')')) throw cursor.unexpected("')'");
    return query;
  });
}

function comparison(cursor: Cursor, left: Expression, operator: string): Expression {
  const { at } = cursor.next();
  const quantifier = (['ALL', 'ANY', 'SOME'] as const).find((word) => cursor.is(word, '('));
  if (quantifier === undefined) return { kind: 'binary', operator, left, right: parseSum(cursor), at };
  cursor.take(quantifier, '(');
  const query = cursor.subquery(() => parseQuery(cursor));
  cursor.take(')');
  return { kind: 'quantified', operator, quantifier: quantifier === 'ALL' ? 'all' : 'any', left, query, at };
}

/** Parses sums and products, the operands of predicates. */
export function parseSum(cursor: Cursor): Expression {
  let left = product(cursor);
  for (;;) {
    const operator = ['+', '-', '||'].find((symbol) => cursor.is(symbol));
    if (operator === undefined) return left;
    left = binary(cursor, operator, left, product);
  }
}

function product(cursor: Cursor): Expression {
  let left = unary(cursor);
  for (;;) {
    const operator = ['*', '/', '%'].find((symbol) => cursor.is(symbol));
    if (operator === undefined) return left;
    left = binary(cursor, operator, left, unary);
  }
}

function unary(cursor: Cursor): Expression {
  const { at } = cursor;
  const operator = (['-', '+'] as const).find((symbol) => cursor.is(symbol));
  if (operator === undefined) return postfix(cursor);
  cursor.next();
  return cursor.nested(() => ({ kind: 'unary', operator, operand: unary(cursor), at }));
}

function postfix(cursor: Cursor): Expression {
  let operand = primary(cursor);
  for (;;) {
    const { at } = cursor;
    if (cursor.accept('[')) {
      operand = { kind: 'subscript', operand, index: parseExpression(cursor), at };
      cursor.take(']');
    } else if (cursor.is('.') && !cursor.is('.', '*') && cursor.accept('.')) {
      operand = { kind: 'field', operand, name: cursor.name(), at };
    } else if (cursor.accept('AT', 'TIME', 'ZONE')) {
      operand = { kind: 'at-time-zone', operand, zone: primary(cursor), at };
    } else return operand;
  }
}

function primary(cursor: Cursor): Expression {
  const token = cursor.current;
  const { at } = token;
  switch (token.kind) {
    case 'string':
      cursor.next();
      return { kind: 'string', value: token.value, at };
    case 'number':
      cursor.next();
      return { kind: 'number', value: token.value, at };
    case 'symbol':
      return symbolic(cursor);
    case 'word':
      return worded(cursor) ?? named(cursor);
    default:
      return named(cursor);
  }
}

function symbolic(cursor: Cursor): Expression {
  const { at } = cursor;
  if (cursor.accept('?')) return { kind: 'parameter', index: cursor.parameters++, at };
  const lambda = cursor.is('(') ? cursor.attempt(() => lambdaOf(cursor)) : undefined;
  if (lambda !== undefined) return lambda;
  cursor.take('(');
  const query = subqueryIn(cursor);
  if (query !== undefined) {
    cursor.take(')');
    return { kind: 'subquery', query, at };
  }
  const items = cursor.list(() => parseExpression(cursor));
  cursor.take(')');
  return items.length === 1 ? (items[0] as Expression) : { kind: 'row', items, at };
}

/** `(a, b) -> …` */
function lambdaOf(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.take('(');
  const parameters = cursor.is(')') ? [] : cursor.list(() => cursor.name());
  cursor.take(')', '->');
  return { kind: 'lambda', parameters, body: parseExpression(cursor), at };
}

/** Parses an expression that begins with a keyword. */
function worded(cursor: Cursor): Expression | undefined {
  const { at } = cursor;
  const word = cursor.current.text.toUpperCase();
  if (cursor.accept('NULL')) return { kind: 'null', at };
  if (cursor.accept('TRUE')) return { kind: 'boolean', value: true, at };
  if (cursor.accept('FALSE')) return { kind: 'boolean', value: false, at };
  if (cursor.is('CASE')) return caseOf(cursor);
  if (BARE_FUNCTIONS.has(word)) {
    cursor.next();
    const args: Expression[] = [];
    if (word !== 'CURRENT_DATE' && cursor.accept('(')) {
      args.push({ kind: 'number', value: String(cursor.integer()), at });
      cursor.take(')');
    }
    return call(word.toLowerCase(), args, at);
  }
  if (cursor.accept('EXISTS', '(')) {
    const query = cursor.subquery(() => parseQuery(cursor));
    cursor.take(')');
    return { kind: 'exists', query, at };
  }
  if (cursor.is('CAST', '(') || cursor.is('TRY_CAST', '(')) return castOf(cursor);
  if (cursor.accept('EXTRACT', '(')) {
    const field = cursor.name();
    cursor.take('FROM');
    const operand = parseExpression(cursor);
    cursor.take(')');
    return { kind: 'extract', field, operand, at };
  }
  if (cursor.accept('ARRAY', '[')) {
    const items = cursor.is(']') ? [] : cursor.list(() => parseExpression(cursor));
    cursor.take(']');
    return { kind: 'array', items, at };
  }
  if (cursor.accept('ROW', '(')) {
    const fields = cursor.list(() => {
      const value = parseExpression(cursor);
      return { value, name: cursor.accept('AS') || cursor.isName() ? cursor.name() : undefined };
    });
    cursor.take(')');
    const names = fields.some(({ name }) => name !== undefined) ? fields.map(({ name }) => name) : undefined;
    return { kind: 'row', items: fields.map(({ value }) => value), names, at };
  }
  return parseKeywordCall(cursor) ?? literalOf(cursor, word);
}

function literalOf(cursor: Cursor, word: string): Expression | undefined {
  const { at } = cursor;
  if (
    cursor.is('INTERVAL') &&
    (cursor.peek().kind === 'string' || cursor.peek().text === '-' || cursor.peek().text === '+')
  ) {
    cursor.next();
    const sign = cursor.accept('-') ? '-' : '';
    cursor.accept('+');
    const value = sign + cursor.string();
    let unit = cursor.next().text.toLowerCase();
    if (cursor.accept('TO')) unit += ` to ${cursor.next().text.toLowerCase()}`;
    return { kind: 'interval', value, unit, at };
  }
  if (word === 'DOUBLE' && cursor.peek().text.toUpperCase() === 'PRECISION' && cursor.peek(2).kind === 'string')
    cursor.next();
  if (cursor.peek().kind !== 'string') return undefined;
  if (word === 'X' || LITERAL_TYPES.has(word)) {
    cursor.next();
    return { kind: 'typed', type: word.toLowerCase(), value: cursor.string(), at };
  }
  return undefined;
}

function caseOf(cursor: Cursor): Expression {
  const { at } = cursor.next();
  const operand = cursor.is('WHEN') ? undefined : parseExpression(cursor);
  const branches: { when: Expression; result: Expression }[] = [];
  while (cursor.accept('WHEN')) {
    const when = parseExpression(cursor);
    cursor.take('THEN');
    branches.push({ when, result: parseExpression(cursor) });
  }
  if (branches.length === 0) throw cursor.unexpected("'WHEN'");
  const otherwise = cursor.accept('ELSE') ? parseExpression(cursor) : undefined;
  cursor.take('END');
  return { kind: 'case', operand, branches, otherwise, at };
}

function castOf(cursor: Cursor): Expression {
  const { at, text } = cursor.next();
  cursor.take('(');
  const operand = parseExpression(cursor);
  cursor.take('AS');
  const type = parseType(cursor);
  cursor.take(')');
  return { kind: 'cast', operand, type, safe: text.toUpperCase() === 'TRY_CAST', at };
}

function named(cursor: Cursor): Expression {
  const { at } = cursor;
  if (cursor.isName() && cursor.peek().text === '->') {
    const parameter = cursor.name();
    cursor.take('->');
    return { kind: 'lambda', parameters: [parameter], body: parseExpression(cursor), at };
  }
  const isFunction =
    cursor.peek().text === '(' && (cursor.isName() || /^(grouping|normalize|if)$/i.test(cursor.current.text));
  if (isFunction) return parseCall(cursor);
  const parts = [cursor.name()];
  while (cursor.is('.') && parts.length < 4 && cursor.peek().text !== '*') {
    cursor.next();
    parts.push(cursor.name());
  }
  return { kind: 'column', parts, at };
}
