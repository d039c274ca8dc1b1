import type { Expression, JsonArgument, JsonBehaviour, JsonReturning } from './ast';
import type { Cursor } from './cursor';
import { parseExpression } from './parse-expression';
import { parseType } from './parse-type';

/** Parses a call of SQL/JSON; undefined for anything else. */
export function parseJsonCall(cursor: Cursor): Expression | undefined {
  if (cursor.peek().text !== '(') return undefined;
  switch (cursor.current.text.toUpperCase()) {
    case 'JSON_EXISTS':
    case 'JSON_VALUE':
    case 'JSON_QUERY':
      return pathCall(cursor);
    case 'JSON_OBJECT':
      return jsonObject(cursor);
    case 'JSON_ARRAY':
      return jsonArray(cursor);
    default:
      return undefined;
  }
}

/** `value [FORMAT JSON [ENCODING …]]` */
function argument(cursor: Cursor): JsonArgument {
  const value = parseExpression(cursor);
  return { value, ...format(cursor) };
}

function format(cursor: Cursor): Pick<JsonArgument, 'format'> {
  if (!cursor.accept('FORMAT', 'JSON')) return {};
  if (!cursor.accept('ENCODING')) return { format: 'JSON' };
  const found = (['UTF8', 'UTF16', 'UTF32'] as const).find((word) => cursor.accept(word));
  if (found === undefined) throw cursor.unexpected("'UTF8', 'UTF16', 'UTF32'");
  return { format: found };
}

function pathCall(cursor: Cursor): Expression {
  const { at } = cursor;
  const name = cursor.next().text.toLowerCase() as 'json_exists' | 'json_value' | 'json_query';
  cursor.take('(');
  const input = argument(cursor);
  cursor.take(',');
  const pathAt = cursor.at;
  const path = cursor.string();
  const passing = cursor.accept('PASSING') ? cursor.list(() => passed(cursor)) : [];
  const returning = name === 'json_exists' ? undefined : returningOf(cursor);
  const wrapper = name === 'json_query' ? wrapperOf(cursor) : undefined;
  const quotes = name === 'json_query' ? quotesOf(cursor) : undefined;
  let [onEmpty, onError]: (JsonBehaviour | undefined)[] = [];
  for (;;) {
    const behaviour = cursor.is(')') ? undefined : behaviourOf(cursor, name);
    if (behaviour === undefined) break;
    cursor.take('ON');
    if (name !== 'json_exists' && onEmpty === undefined && onError === undefined && cursor.accept('EMPTY'))
      onEmpty = behaviour;
    else {
      cursor.take('ERROR');
      onError = behaviour;
      break;
    }
  }
  cursor.take(')');
  return { kind: 'json-path', name, input, path, pathAt, passing, returning, wrapper, quotes, onEmpty, onError, at };
}

/** `value AS name`: a quoted name keeps its case. */
function passed(cursor: Cursor): { name: string; argument: JsonArgument } {
  const found = argument(cursor);
  cursor.take('AS');
  const { kind, value } = cursor.current;
  if (!cursor.isName()) throw cursor.unexpected('<identifier>');
  cursor.next();
  return { name: kind === 'quoted' ? value : value.toUpperCase(), argument: found };
}

function returningOf(cursor: Cursor): JsonReturning | undefined {
  return cursor.accept('RETURNING') ? { type: parseType(cursor), ...format(cursor) } : undefined;
}

function wrapperOf(cursor: Cursor): 'conditional' | 'unconditional' | undefined {
  if (cursor.accept('WITHOUT')) {
    cursor.accept('ARRAY');
    cursor.take('WRAPPER');
    return undefined;
  }
  if (!cursor.accept('WITH')) return undefined;
  const conditional = cursor.accept('CONDITIONAL');
  if (!conditional) cursor.accept('UNCONDITIONAL');
  cursor.accept('ARRAY');
  cursor.take('WRAPPER');
  return conditional ? 'conditional' : 'unconditional';
}

function quotesOf(cursor: Cursor): 'keep' | 'omit' | undefined {
  const found = (['KEEP', 'OMIT'] as const).find((word) => cursor.accept(word, 'QUOTES'));
  if (found === undefined) return undefined;
  if (cursor.accept('ON')) cursor.take('SCALAR', 'STRING');
  return found === 'KEEP' ? 'keep' : 'omit';
}

function behaviourOf(cursor: Cursor, name: string): JsonBehaviour {
  if (cursor.accept('ERROR')) return { kind: 'error' };
  if (name === 'json_exists') {
    const found = (['TRUE', 'FALSE', 'UNKNOWN'] as const).find((word) => cursor.accept(word));
    if (found !== undefined) return { kind: found.toLowerCase() as 'true' | 'false' | 'unknown' };
    throw cursor.unexpected("'ERROR', 'FALSE', 'TRUE', 'UNKNOWN'");
  }
  if (cursor.accept('NULL')) return { kind: 'null' };
  if (name === 'json_value') {
    cursor.take('DEFAULT');
    return { kind: 'default', value: parseExpression(cursor) };
  }
  cursor.take('EMPTY');
  if (cursor.accept('ARRAY')) return { kind: 'empty array' };
  cursor.take('OBJECT');
  return { kind: 'empty object' };
}

/** `{NULL | ABSENT} ON NULL`; undefined if missing. */
function nullsOf(cursor: Cursor): boolean | undefined {
  const found = (['NULL', 'ABSENT'] as const).find((word) => cursor.accept(word, 'ON', 'NULL'));
  return found === undefined ? undefined : found === 'NULL';
}

/** `JSON_OBJECT('k' : 1, KEY 'l' VALUE 2, 'm' VALUE 3 FORMAT JSON ABSENT ON NULL WITH UNIQUE KEYS RETURNING varchar)` */
function jsonObject(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.take('JSON_OBJECT', '(');
  const members = [')', 'NULL', 'ABSENT', 'WITH', 'WITHOUT', 'RETURNING'].some((word) => cursor.is(word))
    ? []
    : cursor.list(() => {
        const words = cursor.is('KEY') && cursor.peek().text !== ':' && cursor.accept('KEY');
        const key = parseExpression(cursor);
        if (words || !cursor.accept(':')) cursor.take('VALUE');
        return { key, argument: argument(cursor) };
      });
  const nulls = nullsOf(cursor) ?? true;
  let unique = false;
  if (cursor.is('WITH') || cursor.is('WITHOUT')) {
    unique = cursor.next().text.toUpperCase() === 'WITH';
    cursor.take('UNIQUE');
    cursor.accept('KEYS');
  }
  const returning = returningOf(cursor);
  cursor.take(')');
  return { kind: 'json-object', members, nulls, unique, returning, at };
}

/** `JSON_ARRAY(1, '[2]' FORMAT JSON NULL ON NULL RETURNING varchar)` */
function jsonArray(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.take('JSON_ARRAY', '(');
  const nothing =
    cursor.is(')') || cursor.is('RETURNING') || cursor.is('ABSENT', 'ON') || cursor.is('NULL', 'ON', 'NULL');
  const items = nothing ? [] : cursor.list(() => argument(cursor));
  const nulls = nullsOf(cursor) ?? false;
  const returning = returningOf(cursor);
  cursor.take(')');
  return { kind: 'json-array', items, nulls, returning, at };
}
