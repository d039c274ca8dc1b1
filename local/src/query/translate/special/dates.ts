import { quoteLiteral } from '../../../core/hive-types';
import { QueryError } from '../../errors';
import type { FunctionCall } from '../../sql/ast';
import type { ExpressionEmitter } from '../emit-expression';
import { fromJodaFormat, fromMysqlFormat } from '../formats';
import { atTimeZone } from '../literals';
import { arg, type Emit, text } from './call';

const UNITS = new Set(['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);

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

const inZone: Emit = (call, emitter) => atTimeZone(emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1)));

/** Dates and times: what takes a unit or a format, and the time that it is. */
export const DATES: Readonly<Record<string, Emit>> = {
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
  at_timezone: inZone,
};
