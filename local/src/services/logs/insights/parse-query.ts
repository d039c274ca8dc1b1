import type { Command, Expression } from './ast';
import { QueryCursor } from './cursor';
import { ExpressionParser } from './parse-expression';

const MAX_LIMIT = 10_000;
const MESSAGE: Expression = { kind: 'field', name: '@message' };

/**
 * Parses a query: commands separated by `|`.
 * @throws AwsError `MalformedQueryException` with the position of the error
 */
export function parseQuery(text: string): Command[] {
  const cursor = new QueryCursor(text);
  const commands: Command[] = [];
  do commands.push(command(cursor));
  while (cursor.take(/\|/y) !== undefined);
  if (!cursor.isAtEnd) throw cursor.fault('unexpected symbol found');
  return commands;
}

function command(cursor: QueryCursor): Command {
  const place = cursor.place;
  const name = cursor.need(/[A-Za-z]+\b/y, 'a command')[0].toLowerCase();
  const parser = new ExpressionParser(cursor, name === 'stats');
  switch (name) {
    case 'fields':
    case 'display':
    case 'dedup':
      return { kind: name, items: parser.list() };
    case 'filter':
      return { kind: name, condition: parser.parse() };
    case 'stats': {
      const items = parser.list();
      return { kind: name, items, by: cursor.word('by') ? new ExpressionParser(cursor).list() : [] };
    }
    case 'sort':
      return { kind: name, items: order(cursor, parser) };
    case 'limit': {
      const count = Number(cursor.need(/\d+/y, 'a number')[0]);
      if (count < 1 || count > MAX_LIMIT) throw cursor.fault(`a limit is between 1 and ${MAX_LIMIT}`, place);
      return { kind: name, count };
    }
    case 'parse':
      return parse(cursor, parser);
    default:
      throw cursor.fault(
        `unknown command ${name}: fields, display, filter, stats, sort, limit, parse and dedup are here`,
        place,
      );
  }
}

function order(cursor: QueryCursor, parser: ExpressionParser) {
  const items = [];
  do {
    const expression = parser.parse();
    const descending = cursor.word('desc');
    if (!descending) cursor.word('asc');
    items.push({ expression, descending });
  } while (cursor.take(/,/y) !== undefined);
  return items;
}

/** Parses `parse @message "user=*, id=*" as user, id`, or `parse @message /user=(?<user>\w+)/`. */
function parse(cursor: QueryCursor, parser: ExpressionParser): Command {
  const isPattern = cursor.take(/(?=["'/])/y) !== undefined;
  const from: Expression = isPattern ? MESSAGE : { kind: 'field', name: parser.name() };
  const regex = cursor.regex();
  const glob = regex === undefined ? cursor.quoted() : undefined;
  if (regex === undefined && glob === undefined) throw cursor.fault('expected a text or a regular expression');
  const names: string[] = [];
  if (cursor.word('as')) {
    do names.push(parser.name());
    while (cursor.take(/,/y) !== undefined);
  }
  if (glob !== undefined) {
    const parts = glob.split('*');
    if (parts.length - 1 !== names.length) throw cursor.fault('there must be as many names as *');
    return { kind: 'parse', from, names, values: (text) => valuesOf(parts, text) };
  }
  const groups = groupsOf(regex?.source ?? '');
  const chosen = names.length > 0 ? groups.slice(0, names.length) : groups.filter(({ name }) => name !== undefined);
  if (chosen.length === 0 || chosen.length < names.length) {
    throw cursor.fault('the regular expression must have a group for each name');
  }
  // A lazy prefix before the pattern: the match then starts at the text's beginning.
  const pattern = cursor.patternOf(`(?s:.*?)(?:${regex?.source})`);
  return {
    kind: 'parse',
    from,
    names: names.length > 0 ? names : chosen.map(({ name }) => name as string),
    values: (text) => {
      const found = pattern.groupsAtStart(text);
      return found && chosen.map(({ index }) => found[index]);
    },
  };
}

/** The texts of each `*`, as short as possible; the last takes the rest. In linear time. */
function valuesOf(parts: readonly string[], text: string): string[] | undefined {
  const [first = '', ...others] = parts;
  let at = text.indexOf(first);
  if (at === -1) return undefined;
  at += first.length;
  const values: string[] = [];
  for (const part of others) {
    const end = part === '' ? text.length : text.indexOf(part, at);
    if (end === -1) return undefined;
    values.push(text.slice(at, end));
    at = end + part.length;
  }
  return values;
}

/** The capturing groups of a regular expression, by index, with their names. */
function groupsOf(source: string): { readonly index: number; readonly name?: string }[] {
  const groups: { index: number; name?: string }[] = [];
  const tokens = source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:P?<([A-Za-z_]\w*)>|[^)]?))?/gs);
  for (const [token, name] of tokens) {
    if (!token.startsWith('(') || (token.startsWith('(?') && name === undefined)) continue;
    groups.push({ index: groups.length, ...(name !== undefined && { name }) });
  }
  return groups;
}
