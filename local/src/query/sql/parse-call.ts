import type { Expression, FrameBound, FunctionCall, SortItem, WindowSpec } from './ast';
import type { Cursor } from './cursor';
import { parseExpression, parseSum } from './parse-expression';
import { parseJsonCall } from './parse-json';

/** Parses a function call: arguments, DISTINCT, ORDER BY, FILTER, NULLS, OVER. */
export function parseCall(cursor: Cursor): Expression {
  const { at } = cursor;
  const name = cursor.next().value.toLowerCase();
  cursor.take('(');
  const star = cursor.accept('*');
  const distinct = !star && cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const args = star || cursor.is(')') || cursor.is('ORDER') ? [] : cursor.list(() => parseExpression(cursor));
  const orderBy = parseOrderBy(cursor);
  cursor.take(')');
  const filter = filterOf(cursor);
  const ignoreNulls = cursor.accept('IGNORE', 'NULLS');
  cursor.accept('RESPECT', 'NULLS');
  const over = cursor.accept('OVER') ? parseWindow(cursor) : undefined;
  return { kind: 'call', name, star, args, distinct, orderBy, filter, ignoreNulls, over, at };
}

/** Parses `FILTER (WHERE …)`, if present. */
function filterOf(cursor: Cursor): Expression | undefined {
  if (!cursor.accept('FILTER', '(')) return undefined;
  cursor.take('WHERE');
  const filter = parseExpression(cursor);
  cursor.take(')');
  return filter;
}

/** Parses `LISTAGG(value, ',' ON OVERFLOW TRUNCATE '…' WITH COUNT) WITHIN GROUP (ORDER BY value)`. */
function listagg(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.take('LISTAGG', '(');
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const value = parseExpression(cursor);
  const separator = cursor.accept(',') ? cursor.string() : '';
  const overflow = overflowOf(cursor);
  cursor.take(')', 'WITHIN', 'GROUP', '(');
  if (!cursor.is('ORDER')) throw cursor.unexpected("'ORDER'");
  const orderBy = parseOrderBy(cursor);
  cursor.take(')');
  const args = [value, ...[separator, ...overflow].map((text) => ({ kind: 'string', value: text, at }) as const)];
  return { ...call('listagg', args, at), distinct, orderBy, filter: filterOf(cursor) };
}

/**
 * Parses `ON OVERFLOW …`: the replacement of values beyond the limit, and whether their count follows; empty for an
 * error.
 */
function overflowOf(cursor: Cursor): string[] {
  if (!cursor.accept('ON', 'OVERFLOW')) return [];
  if (cursor.accept('ERROR')) return [];
  cursor.take('TRUNCATE');
  const filler = cursor.current.kind === 'string' ? cursor.string() : '...';
  const counted = cursor.accept('WITH', 'COUNT');
  if (!counted) cursor.take('WITHOUT', 'COUNT');
  return [filler, String(counted)];
}

/** A call with arguments alone. */
export function call(name: string, args: readonly Expression[], at: FunctionCall['at']): FunctionCall {
  return { kind: 'call', name, star: false, args, distinct: false, orderBy: [], ignoreNulls: false, at };
}

/** Parses `ORDER BY …`, if present. */
export function parseOrderBy(cursor: Cursor): SortItem[] {
  if (!cursor.accept('ORDER', 'BY')) return [];
  return cursor.list(() => {
    const expression = parseExpression(cursor);
    const descending = cursor.accept('DESC');
    if (!descending) cursor.accept('ASC');
    const nullsFirst = cursor.accept('NULLS', 'FIRST') ? true : cursor.accept('NULLS', 'LAST') ? false : undefined;
    return { expression, descending, nullsFirst };
  });
}

/** Parses a window after OVER: a name, or a definition in parentheses. */
export function parseWindow(cursor: Cursor): WindowSpec {
  if (cursor.isName()) return { name: cursor.name(), partitionBy: [], orderBy: [] };
  cursor.take('(');
  const name =
    cursor.isName() && !cursor.is('PARTITION') && !['ROWS', 'RANGE', 'GROUPS'].some((word) => cursor.is(word))
      ? cursor.name()
      : undefined;
  const partitionBy = cursor.accept('PARTITION', 'BY') ? cursor.list(() => parseExpression(cursor)) : [];
  const orderBy = parseOrderBy(cursor);
  const unit = ['ROWS', 'RANGE', 'GROUPS'].find((word) => cursor.accept(word));
  let frame: WindowSpec['frame'];
  if (unit !== undefined) {
    const between = cursor.accept('BETWEEN');
    const bounds = [frameBound(cursor)];
    if (between) {
      cursor.take('AND');
      bounds.push(frameBound(cursor));
    }
    frame = { unit, bounds };
  }
  cursor.take(')');
  return { name, partitionBy, orderBy, frame };
}

function frameBound(cursor: Cursor): FrameBound {
  if (cursor.accept('CURRENT', 'ROW')) return { text: 'CURRENT ROW' };
  const offset = cursor.accept('UNBOUNDED') ? undefined : parseSum(cursor);
  const direction = cursor.accept('PRECEDING') ? 'PRECEDING' : undefined;
  if (direction === undefined) cursor.take('FOLLOWING');
  return { text: `${offset === undefined ? 'UNBOUNDED ' : ''}${direction ?? 'FOLLOWING'}`, offset };
}

/** Parses functions with keywords between their arguments. */
export function parseKeywordCall(cursor: Cursor): Expression | undefined {
  const { at } = cursor;
  if (cursor.accept('TRIM', '(')) {
    const side = (['BOTH', 'LEADING', 'TRAILING'] as const).find((word) => cursor.accept(word)) ?? 'BOTH';
    const first = cursor.is('FROM') ? undefined : parseExpression(cursor);
    const operand = cursor.accept('FROM') ? parseExpression(cursor) : first;
    cursor.take(')');
    const name = { BOTH: 'trim', LEADING: 'ltrim', TRAILING: 'rtrim' }[side];
    return call(
      name,
      [operand, operand === first ? undefined : first].filter((arg) => arg !== undefined),
      at,
    );
  }
  if (cursor.accept('NORMALIZE', '(')) {
    const text = parseExpression(cursor);
    const form = cursor.accept(',') ? cursor.next().value.toUpperCase() : 'NFC';
    if (!['NFC', 'NFD', 'NFKC', 'NFKD'].includes(form)) throw cursor.unexpected("'NFC', 'NFD', 'NFKC', 'NFKD'");
    cursor.take(')');
    return call('normalize', [text, { kind: 'string', value: form, at }], at);
  }
  if (cursor.accept('POSITION', '(')) {
    const needle = parseSum(cursor);
    cursor.take('IN');
    const text = parseSum(cursor);
    cursor.take(')');
    return call('strpos', [text, needle], at);
  }
  if (cursor.accept('SUBSTRING', '(')) {
    const args = [parseExpression(cursor)];
    const words = cursor.accept('FROM');
    if (!words) cursor.take(',');
    args.push(parseExpression(cursor));
    if (cursor.accept(words ? 'FOR' : ',')) args.push(parseExpression(cursor));
    cursor.take(')');
    return call('substr', args, at);
  }
  if (cursor.is('LISTAGG', '(')) return listagg(cursor);
  return parseJsonCall(cursor);
}
