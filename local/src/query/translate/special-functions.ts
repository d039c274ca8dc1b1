import { QueryError } from '../errors';
import type { FunctionCall } from '../sql/ast';
import type { ExpressionEmitter } from './emit-expression';
import { AGGREGATES } from './functions';
import { arg, type Emit } from './special/call';
import { COLLECTIONS } from './special/collections';
import { DATES } from './special/dates';
import { TEXTS } from './special/texts';

/** Trino's answer is NULL when any argument is; DuckDB's leaves NULLs out. */
const extreme =
  (name: string): Emit =>
  (call, emitter) => {
    const args = call.args.map((item) => emitter.emit(item));
    return `CASE WHEN ${args.map((item) => `${item} IS NULL`).join(' OR ')} THEN NULL ELSE ${name}(${args.join(', ')}) END`;
  };

const approxPercentile: Emit = (call, emitter) => {
  if (call.args.length > 2) throw new QueryError('NOT_SUPPORTED', 'approx_percentile with weights', call.at);
  const args = call.args.map((item) => emitter.emit(item));
  return emitter.aggregate(call, { name: 'approx_quantile', min: 2, max: 2 }, args);
};

const condition: Emit = (call, emitter) => {
  const [test, yes] = [emitter.emit(arg(call, 0)), emitter.emit(arg(call, 1))];
  return `CASE WHEN ${test} THEN ${yes} ELSE ${call.args[2] === undefined ? 'NULL' : emitter.emit(call.args[2])} END`;
};

/** The value beside the extreme one may be NULL, which DuckDB's arg_max passes over. */
function extremeBy(call: FunctionCall, emitter: ExpressionEmitter, name: string): string {
  const several = call.args.length > 2;
  return emitter.aggregate(call, { name: several ? name : `${name}_null`, min: 2, max: 3 });
}

const random: Emit = (call, emitter) => {
  const bounds = call.args.map((item) => emitter.emit(item));
  if (bounds.length === 0) return 'random()';
  if (bounds.length === 1) return `CAST(floor(random() * ${bounds[0]}) AS INTEGER)`;
  return `CAST(${bounds[0]} + floor(random() * (${bounds[1]} - ${bounds[0]})) AS INTEGER)`;
};

const widthBucket: Emit = (call, emitter) => {
  const [value = '', low = '', high = '', count = ''] = call.args.map((item) => emitter.emit(item));
  arg(call, 1);
  if (call.args.length === 2) {
    const bin = emitter.parameterName();
    return `len(list_filter(${low}, lambda ${bin}: ${bin} <= ${value}))`;
  }
  arg(call, 3);
  const place = `floor(CAST(${value} - ${low} AS DOUBLE) / (${high} - ${low}) * ${count}) + 1`;
  return `CAST(least(greatest(${place}, 0), ${count} + 1) AS BIGINT)`;
};

/** Functions that a template can't say: those with lambdas, units, formats, or the time. */
export const SPECIAL: Readonly<Record<string, Emit>> = {
  ...DATES,
  ...TEXTS,
  ...COLLECTIONS,
  if: condition,
  greatest: extreme('greatest'),
  least: extreme('least'),
  random,
  rand: random,
  width_bucket: widthBucket,
  truncate: (call, emitter) => {
    const value = emitter.emit(arg(call, 0));
    if (call.args[1] === undefined) return `trunc(${value})`;
    const scale = `power(10, ${emitter.emit(call.args[1])})`;
    return `(trunc(${value} * ${scale}) / ${scale})`;
  },
  max_by: (call, emitter) => extremeBy(call, emitter, 'arg_max'),
  min_by: (call, emitter) => extremeBy(call, emitter, 'arg_min'),
  approx_distinct: (call, emitter) =>
    emitter.aggregate(call, { name: 'approx_count_distinct', min: 1, max: 2 }, [emitter.emit(arg(call, 0))]),
  approx_percentile: approxPercentile,
  listagg: (call, emitter) =>
    emitter.aggregate(call, AGGREGATES.listagg as { name: string; min: number; max: number }, [
      emitter.emit(arg(call, 0)),
      call.args[1] === undefined ? "''" : emitter.emit(call.args[1]),
    ]),
};
