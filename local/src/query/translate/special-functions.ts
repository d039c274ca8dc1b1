import { quoteLiteral } from '../../core/hive-types';
import { QueryError } from '../errors';
import type { Expression, FunctionCall } from '../sql/ast';
import type { ExpressionEmitter } from './emit-expression';
import { fromJodaFormat, fromMysqlFormat } from './formats';
import { AGGREGATES } from './functions';

type Emit = (call: FunctionCall, emitter: ExpressionEmitter) => string;

const UNITS = new Set(['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);

/** Argument number `index`. @throws QueryError if it isn't given. */
function arg(call: FunctionCall, index: number): Expression {
  const found = call.args[index];
  if (found !== undefined) return found;
  throw new QueryError('FUNCTION_NOT_FOUND', `Unexpected parameters for function ${call.name}`, call.at);
}

/** A text that must be written out in the statement, as a unit or a format. */
function text(call: FunctionCall, index: number, emitter: ExpressionEmitter): string {
  let found = arg(call, index);
  if (found.kind === 'parameter') found = emitter.context.parameters[found.index ?? 0] ?? found;
  if (found.kind === 'string') return found.value;
  throw new QueryError('NOT_SUPPORTED', `${call.name} takes only a literal here`, found.at);
}

function unit(call: FunctionCall, emitter: ExpressionEmitter): string {
  const found = text(call, 0, emitter).toLowerCase();
  if (UNITS.has(found)) return found;
  throw new QueryError('INVALID_FUNCTION_ARGUMENT', `'${found}' is not a valid Timestamp field`, call.at);
}

function format(call: FunctionCall, emitter: ExpressionEmitter, translate: (format: string) => string): string {
  try {
    return quoteLiteral(translate(text(call, 1, emitter)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new QueryError('INVALID_FUNCTION_ARGUMENT', error.message, call.at);
  }
}

const stamp = (emitter: ExpressionEmitter) =>
  new Date(emitter.context.now).toISOString().replace('T', ' ').slice(0, 23);

const dateAdd: Emit = (call, emitter) => {
  const name = unit(call, emitter);
  const value = arg(call, 2);
  const step = name === 'quarter' ? "CAST('3 month' AS INTERVAL)" : `CAST('1 ${name}' AS INTERVAL)`;
  const sum = `(${emitter.emit(value)} + CAST(${emitter.emit(arg(call, 1))} AS INTEGER) * ${step})`;
  return emitter.hint(value) === 'date' ? `CAST(${sum} AS DATE)` : sum;
};

const dateTrunc: Emit = (call, emitter) => {
  const value = arg(call, 1);
  const truncated = `date_trunc(${quoteLiteral(unit(call, emitter))}, ${emitter.emit(value)})`;
  return emitter.hint(value) === 'date' ? `CAST(${truncated} AS DATE)` : truncated;
};

/** Trino's answer is NULL when any argument is; DuckDB's leaves NULLs out. */
const extreme =
  (name: string): Emit =>
  (call, emitter) => {
    const args = call.args.map((item) => emitter.emit(item));
    return `CASE WHEN ${args.map((item) => `${item} IS NULL`).join(' OR ')} THEN NULL ELSE ${name}(${args.join(', ')}) END`;
  };

const regexpReplace: Emit = (call, emitter) => {
  const [value, pattern] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  const replacement = call.args.length < 3 ? "''" : quoteLiteral(text(call, 2, emitter).replaceAll(/\$(\d)/g, '\\$1'));
  return `regexp_replace(${value}, ${pattern}, ${replacement}, 'g')`;
};

const sequence: Emit = (call, emitter) => {
  const [from, to] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  const dates = emitter.hint(arg(call, 0)) === 'date';
  const step =
    call.args[2] === undefined ? (dates ? "CAST('1 day' AS INTERVAL)" : undefined) : emitter.emit(call.args[2]);
  if (!dates) {
    return step === undefined
      ? `generate_series(${from}, ${to}, CASE WHEN ${from} <= ${to} THEN 1 ELSE -1 END)`
      : `generate_series(${from}, ${to}, ${step})`;
  }
  return `list_transform(generate_series(CAST(${from} AS TIMESTAMP), CAST(${to} AS TIMESTAMP), ${step}), lambda v: CAST(v AS DATE))`;
};

const cardinality: Emit = (call, emitter) => {
  const value = emitter.emit(arg(call, 0));
  return `CAST(${emitter.hint(arg(call, 0)) === 'map' ? `cardinality(${value})` : `len(${value})`} AS BIGINT)`;
};

const listLambda =
  (template: (list: string, body: string) => string): Emit =>
  (call, emitter) =>
    template(emitter.emit(arg(call, 0)), `lambda v: ${emitter.body(call.args[1], ['v'], call)}`);

const entryLambda =
  (template: (entries: string, body: string) => string): Emit =>
  (call, emitter) =>
    template(`map_entries(${emitter.emit(arg(call, 0))})`, emitter.body(call.args[1], ['e.key', 'e.value'], call));

const reduce: Emit = (call, emitter) => {
  const folded = `list_reduce(${emitter.emit(arg(call, 0))}, lambda s, v: ${emitter.body(call.args[2], ['s', 'v'], call)}, ${emitter.emit(arg(call, 1))})`;
  return emitter.body(call.args[3], [folded], call);
};

const approxPercentile: Emit = (call, emitter) => {
  const args = call.args.map((item) => emitter.emit(item));
  const percentile = args.length > 2 ? (args[2] as string) : (args[1] as string);
  return emitter.aggregate(call, { name: 'approx_quantile', min: 2, max: 4 }, [args[0] as string, percentile]);
};

const concat: Emit = (call, emitter) => {
  arg(call, 0);
  return `(${call.args.map((item) => emitter.emit(item)).join(' || ')})`;
};

const condition: Emit = (call, emitter) => {
  const [test, yes] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  return `CASE WHEN ${test} THEN ${yes} ELSE ${call.args[2] === undefined ? 'NULL' : emitter.emit(call.args[2])} END`;
};

const random: Emit = (call, emitter) => {
  const bounds = call.args.map((item) => emitter.emit(item));
  if (bounds.length === 0) return 'random()';
  if (bounds.length === 1) return `CAST(floor(random() * ${bounds[0]}) AS INTEGER)`;
  return `CAST(${bounds[0]} + floor(random() * (${bounds[1]} - ${bounds[0]})) AS INTEGER)`;
};

/** Functions that a template can't say: those with lambdas, units, formats, or the time. */
export const SPECIAL: Readonly<Record<string, Emit>> = {
  now: (_call, emitter) => `CAST('${stamp(emitter)}+00' AS TIMESTAMPTZ)`,
  current_timestamp: (_call, emitter) => `CAST('${stamp(emitter)}+00' AS TIMESTAMPTZ)`,
  localtimestamp: (_call, emitter) => `CAST('${stamp(emitter)}' AS TIMESTAMP)`,
  current_date: (_call, emitter) => `CAST('${stamp(emitter).slice(0, 10)}' AS DATE)`,
  current_time: (_call, emitter) => `CAST('${stamp(emitter).slice(11)}' AS TIME)`,
  localtime: (_call, emitter) => `CAST('${stamp(emitter).slice(11)}' AS TIME)`,
  current_timezone: () => "'UTC'",
  date_add: dateAdd,
  date_trunc: dateTrunc,
  date_diff: (call, emitter) => {
    const [from, to] = [emitter.emit(arg(call, 1)), emitter.emit(arg(call, 2))];
    return `date_sub(${quoteLiteral(unit(call, emitter))}, ${from}, ${to})`;
  },
  date_format: (call, emitter) => `strftime(${emitter.emit(arg(call, 0))}, ${format(call, emitter, fromMysqlFormat)})`,
  date_parse: (call, emitter) => `strptime(${emitter.emit(arg(call, 0))}, ${format(call, emitter, fromMysqlFormat)})`,
  format_datetime: (call, emitter) =>
    `strftime(${emitter.emit(arg(call, 0))}, ${format(call, emitter, fromJodaFormat)})`,
  parse_datetime: (call, emitter) =>
    `CAST(strptime(${emitter.emit(arg(call, 0))}, ${format(call, emitter, fromJodaFormat)}) AS TIMESTAMPTZ)`,
  to_iso8601: (call, emitter) => {
    const hint = emitter.hint(arg(call, 0));
    const pattern =
      hint === 'date' ? '%Y-%m-%d' : hint === 'timestamp' ? '%Y-%m-%dT%H:%M:%S.%g' : '%Y-%m-%dT%H:%M:%S.%gZ';
    return `strftime(${emitter.emit(arg(call, 0))}, '${pattern}')`;
  },
  if: condition,
  concat,
  greatest: extreme('greatest'),
  least: extreme('least'),
  random,
  regexp_replace: regexpReplace,
  sequence,
  cardinality,
  reverse: (call, emitter) =>
    `${emitter.hint(arg(call, 0)) === 'array' ? 'list_reverse' : 'reverse'}(${emitter.emit(arg(call, 0))})`,
  transform: listLambda((list, body) => `list_transform(${list}, ${body})`),
  filter: listLambda((list, body) => `list_filter(${list}, ${body})`),
  any_match: listLambda((list, body) => `(len(list_filter(${list}, ${body})) > 0)`),
  all_match: listLambda((list, body) => `(len(list_filter(${list}, ${body})) = len(${list}))`),
  none_match: listLambda((list, body) => `(len(list_filter(${list}, ${body})) = 0)`),
  find_first: listLambda((list, body) => `(list_filter(${list}, ${body}))[1]`),
  reduce,
  zip_with: (call, emitter) => {
    const [left, right] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
    const body = emitter.body(call.args[2], ['struct_extract(v, 1)', 'struct_extract(v, 2)'], call);
    return `list_transform(list_zip(${left}, ${right}), lambda v: ${body})`;
  },
  map_filter: entryLambda((entries, body) => `map_from_entries(list_filter(${entries}, lambda e: ${body}))`),
  transform_keys: entryLambda(
    (entries, body) => `map_from_entries(list_transform(${entries}, lambda e: row(${body}, e.value)))`,
  ),
  transform_values: entryLambda(
    (entries, body) => `map_from_entries(list_transform(${entries}, lambda e: row(e.key, ${body})))`,
  ),
  map_agg: (call, emitter) => {
    const list = (index: number) =>
      emitter.aggregate({ ...call, args: [arg(call, index)] }, { name: 'list', min: 1, max: 1 });
    return `map(${list(0)}, ${list(1)})`;
  },
  approx_distinct: (call, emitter) =>
    emitter.aggregate(call, { name: 'approx_count_distinct', min: 1, max: 2 }, [emitter.emit(arg(call, 0))]),
  approx_percentile: approxPercentile,
  listagg: (call, emitter) =>
    emitter.aggregate(call, AGGREGATES.listagg as { name: string; min: number; max: number }, [
      emitter.emit(arg(call, 0)),
      call.args[1] === undefined ? "''" : emitter.emit(call.args[1]),
    ]),
};
