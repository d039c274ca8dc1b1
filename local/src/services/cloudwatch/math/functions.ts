import { validation } from '../errors';
import { combineSeries, isArray, isSeries, mapSeries, type TimeSeries, type Value } from './value';

/** Context of a function call, besides its arguments. */
export interface MathContext {
  /** The metrics of the request, without its expressions. */
  readonly metrics: readonly { readonly id: string; readonly series: TimeSeries }[];
  /** All times at which a series of this period can have a value. */
  readonly grid: (period: number) => number[];
}

type MathFunction = (values: readonly Value[], context: MathContext) => Value;

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => total(values) / values.length;
const deviation = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

/** Aggregate: of an array, a series over its members; of a series, a number over its values. */
const aggregate =
  (name: string, combine: (values: number[]) => number): MathFunction =>
  ([value]) => {
    if (value === undefined || typeof value === 'string') throw wrongArguments(name);
    if (typeof value === 'number') return value;
    if (isArray(value)) return combineSeries(value, name, combine);
    const values = [...value.points.values()];
    return values.length === 0 ? 0 : combine(values);
  };

const each =
  (name: string, change: (series: TimeSeries, context: MathContext) => TimeSeries): MathFunction =>
  ([value], context) => {
    if (value === undefined || !(isSeries(value) || isArray(value))) throw wrongArguments(name);
    return isArray(value) ? value.map((series) => change(series, context)) : change(value, context);
  };

const pointwise = (name: string, change: (value: number) => number): MathFunction => {
  const onSeries = each(name, (series) => mapSeries(series, change));
  return (values, context) => (typeof values[0] === 'number' ? change(values[0]) : onSeries(values, context));
};

/** Change from the value before; the first value has none. */
const sincePrevious = (change: (now: number, before: number, seconds: number) => number) => (series: TimeSeries) => {
  let previous: { time: number; value: number } | undefined;
  return mapSeries(series, (value, time) => {
    const before = previous;
    previous = { time, value };
    return before === undefined ? undefined : change(value, before.value, (time - before.time) / 1000);
  });
};

/** The supported functions of metric math ("Using math expressions with CloudWatch metrics"). */
export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  SUM: aggregate('SUM', total),
  AVG: aggregate('AVG', mean),
  MIN: aggregate('MIN', (values) => values.reduce((a, b) => Math.min(a, b))),
  MAX: aggregate('MAX', (values) => values.reduce((a, b) => Math.max(a, b))),
  STDDEV: aggregate('STDDEV', deviation),
  DATAPOINT_COUNT: aggregate('DATAPOINT_COUNT', (values) => values.length),
  ABS: pointwise('ABS', Math.abs),
  CEIL: pointwise('CEIL', Math.ceil),
  FLOOR: pointwise('FLOOR', Math.floor),
  LOG: pointwise('LOG', Math.log),
  LOG10: pointwise('LOG10', Math.log10),
  RATE: each(
    'RATE',
    sincePrevious((now, before, seconds) => (now - before) / seconds),
  ),
  DIFF: each(
    'DIFF',
    sincePrevious((now, before) => now - before),
  ),
  DIFF_TIME: each(
    'DIFF_TIME',
    sincePrevious((_now, _before, seconds) => seconds),
  ),
  RUNNING_SUM: each('RUNNING_SUM', (series) => {
    let sum = 0;
    return mapSeries(series, (value) => {
      sum += value;
      return sum;
    });
  }),
  PERIOD: ([value]) => {
    if (value === undefined || !isSeries(value)) throw wrongArguments('PERIOD');
    return value.period;
  },
  FIRST: ([value]) => atEnd('FIRST', value, 0),
  LAST: ([value]) => atEnd('LAST', value, -1),
  METRICS: ([filter], { metrics }) =>
    metrics.filter(({ id }) => typeof filter !== 'string' || id.includes(filter)).map(({ series }) => series),
  FILL: ([value, filler], context) => fillAll(value, filler, context),
  IF: ([condition, yes, no]) => choose(condition, yes, no),
  REMOVE_EMPTY: ([value]) => {
    if (value === undefined || !isArray(value)) throw wrongArguments('REMOVE_EMPTY');
    return value.filter((series) => series.points.size > 0);
  },
  TIME_SERIES: ([value], { metrics, grid }) => {
    if (typeof value !== 'number') throw wrongArguments('TIME_SERIES');
    const period = metrics[0]?.series.period ?? 60;
    return { label: 'TIME_SERIES', period, points: new Map(grid(period).map((time) => [time, value])) };
  },
};

function atEnd(name: string, value: Value | undefined, index: 0 | -1): Value {
  if (value === undefined || typeof value !== 'object') throw wrongArguments(name);
  if (isArray(value)) return value.at(index) ?? 0;
  return [...value.points.values()].at(index) ?? 0;
}

function fillAll(value: Value | undefined, filler: Value | undefined, context: MathContext): Value {
  if (value === undefined || filler === undefined || typeof value !== 'object') throw wrongArguments('FILL');
  if (isArray(value)) return value.map((series) => fill(series, filler, context));
  return fill(value, filler, context);
}

/** @param filler a number, a series, `REPEAT` for the value before, or `LINEAR` for interpolation */
function fill(series: TimeSeries, filler: Value, { grid }: MathContext): TimeSeries {
  const known = [...series.points.keys()];
  const points = new Map<number, number>();
  let next = 0;
  let last: number | undefined;
  for (const time of grid(series.period)) {
    while ((known[next] ?? Number.POSITIVE_INFINITY) < time) next++;
    const own = series.points.get(time);
    if (own !== undefined) last = time;
    const value = own ?? fillerAt(series, filler, time, last, known[next]);
    if (value !== undefined) points.set(time, value);
  }
  return { ...series, points };
}

function fillerAt(series: TimeSeries, filler: Value, time: number, last?: number, next?: number): number | undefined {
  if (typeof filler === 'number') return filler;
  if (typeof filler === 'object') return isArray(filler) ? undefined : filler.points.get(time);
  const before = last === undefined ? undefined : series.points.get(last);
  if (filler === 'REPEAT') return before;
  if (filler !== 'LINEAR') throw wrongArguments('FILL');
  const after = next === undefined ? undefined : series.points.get(next);
  if (before === undefined || after === undefined || last === undefined || next === undefined) return undefined;
  return before + ((after - before) * (time - last)) / (next - last);
}

/** IF: per time if the condition is a series; a missing third argument leaves a gap. */
function choose(condition: Value | undefined, yes: Value | undefined, no: Value | undefined): Value {
  if (condition === undefined || yes === undefined) throw wrongArguments('IF');
  if (typeof condition === 'number') {
    const chosen = condition !== 0 ? yes : no;
    if (chosen === undefined) throw wrongArguments('IF');
    return chosen;
  }
  if (!isSeries(condition)) throw wrongArguments('IF');
  const at = (value: Value | undefined, time: number) =>
    typeof value === 'number' ? value : value !== undefined && isSeries(value) ? value.points.get(time) : undefined;
  return mapSeries(condition, (flag, time) => at(flag !== 0 ? yes : no, time));
}

function wrongArguments(name: string) {
  return validation(`Error in expression: the arguments of ${name} are not of the types that it takes.`);
}
