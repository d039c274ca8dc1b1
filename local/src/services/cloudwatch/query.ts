import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Strict } from '../../core/operation';
import type { Owner } from '../../core/owner';
import { validation } from './errors';
import { evaluate } from './math/evaluate';
import type { MathContext } from './math/functions';
import { invalidExpression, parseExpression } from './math/parser';
import { isArray, type TimeSeries, type Value } from './math/value';
import { type MetricStore, metricOf } from './metric-store';
import { merge, type StatisticSet, statisticNamed } from './statistics';

export type Query = Strict<MetricDataQuery>;

/** A time range in epoch milliseconds, its end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Values of one query; one that returns an array has several. */
export interface QueryResult {
  readonly query: Query;
  readonly series: readonly TimeSeries[];
}

const MAX_GRID = 200_000;

/**
 * Runs metric data queries: metrics from the store, expressions from each other.
 * @throws AwsError `ValidationException` for invalid queries
 */
export function runQueries(store: MetricStore, owner: Owner, queries: readonly Query[], range: Range): QueryResult[] {
  const byId = checkQueries(queries);
  const done = new Map<string, Value>();
  const underWay = new Set<string>();
  const metrics = queries
    .filter((query) => query.MetricStat !== undefined)
    .map((query) => ({
      id: query.Id,
      series: { ...readMetric(store, owner, query, range), label: labelOf(query, queries) },
    }));
  for (const { id, series } of metrics) done.set(id, series);
  const context: MathContext = { metrics, grid: (period) => gridOf(range, period) };
  const resolve = (id: string): Value => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const text = byId.get(id)?.Expression;
    if (text === undefined) throw validation(`Error in expression: the id ${id} is not that of any query.`);
    if (underWay.has(id)) throw validation(`Error in expression '${text}': it refers to itself.`);
    underWay.add(id);
    const value = evaluate(parseExpression(text), text, resolve, context);
    done.set(id, value);
    return value;
  };
  return queries.map((query) => ({ query, series: asSeries(resolve(query.Id), query) }));
}

/** Default label of a metric: its name, and the properties in which the request's metrics differ. */
function labelOf({ Label, MetricStat }: Query, queries: readonly Query[]): string {
  if (Label !== undefined) return Label;
  const stats = queries.flatMap((query) => query.MetricStat ?? []);
  const differ = (of: (stat: (typeof stats)[number]) => unknown) => new Set(stats.map(of)).size > 1;
  const parts: unknown[] = [MetricStat?.Metric.MetricName];
  if (differ(({ Stat }) => Stat)) parts.push(MetricStat?.Stat);
  if (differ(({ Period }) => Period)) parts.push(MetricStat?.Period);
  return parts.join(' ');
}

function checkQueries(queries: readonly Query[]): Map<string, Query> {
  const byId = new Map<string, Query>();
  for (const query of queries) {
    if (!/^[a-z][A-Za-z0-9_]*$/.test(query.Id)) {
      throw validation(
        `The value ${query.Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (byId.has(query.Id))
      throw validation(`The values for parameter Id in parameter MetricDataQueries are not unique.`);
    if (query.MetricStat === undefined && query.Expression === undefined) {
      throw validation(`The parameter MetricDataQueries.member.${byId.size + 1}.MetricStat is required.\n`);
    }
    if (query.MetricStat !== undefined && query.Expression !== undefined) {
      throw validation(`Exactly one of MetricStat and Expression must be given for the query ${query.Id}.`);
    }
    if (query.MetricStat !== undefined) requirePeriod(query.MetricStat.Period);
    byId.set(query.Id, query);
  }
  return byId;
}

/** Periods below a minute, in seconds. */
const SHORT_PERIODS = [1, 5, 10, 20, 30];

/** @param short allowed periods besides multiples of 60 seconds @throws AwsError `ValidationException` */
export function requirePeriod(period: number, short: readonly number[] = SHORT_PERIODS): void {
  if (short.includes(period) || period % 60 === 0) return;
  throw validation(
    `The value ${period} for parameter Period is not valid: it must be ${short.join(', ')} or a multiple of 60.`,
  );
}

function readMetric(store: MetricStore, owner: Owner, query: Query, range: Range): TimeSeries {
  const {
    Metric: metric,
    Period: period,
    Stat: stat,
    Unit: unit,
  } = query.MetricStat as NonNullable<Query['MetricStat']>;
  if (metric.Namespace === undefined || metric.MetricName === undefined) {
    throw validation(`The metric of the query ${query.Id} needs a namespace and a name.`);
  }
  const id = metricOf(metric.Namespace, metric.MetricName, metric.Dimensions);
  const statistic = statisticNamed(stat);
  const points = new Map<number, number>();
  for (const [time, set] of readPeriods(store, owner, id, range, period, unit)) {
    const value = statistic(set);
    if (value !== undefined) points.set(time, value);
  }
  return { label: metric.MetricName, period, points };
}

/** Statistic sets per period from the range's start; periods without data are omitted. */
export function readPeriods(
  store: MetricStore,
  owner: Owner,
  metric: ReturnType<typeof metricOf>,
  range: Range,
  period: number,
  unit?: string,
): Map<number, StatisticSet> {
  const sets = new Map<number, StatisticSet>();
  for (const { time, set } of store.read(owner, metric, range.start, range.end, unit)) {
    const begin = time - ((time - range.start) % (period * 1000));
    const known = sets.get(begin);
    sets.set(begin, known === undefined ? set : merge(known, set));
  }
  return sets;
}

/** Rounds a start down as CloudWatch does: to the minute, or to a shorter period. */
export function alignStart(start: number, period: number): number {
  return start - (start % (Math.min(period, 60) * 1000));
}

function gridOf({ start, end }: Range, period: number): number[] {
  if ((end - start) / (period * 1000) > MAX_GRID) throw validation('The time range is too long for this period.');
  const times: number[] = [];
  for (let time = start; time < end; time += period * 1000) times.push(time);
  return times;
}

function asSeries(value: Value, query: Query): readonly TimeSeries[] {
  const text = query.Expression ?? '';
  if (typeof value !== 'object') throw invalidExpression(text, 'the result is no time series');
  if (query.MetricStat !== undefined) return isArray(value) ? value : [value];
  const label = (own: string, many: boolean) =>
    many ? [query.Label, own].filter(Boolean).join(' ') : (query.Label ?? query.Id);
  if (isArray(value)) return value.map((series) => ({ ...series, label: label(series.label, true) }));
  return [{ ...value, label: label('', false) }];
}
