import type { Owner } from '../../../core/owner';
import type { MetricStore } from '../metric-store';
import { type Query, runQueries } from '../query';
import type { Alarm, AlarmConfig, AlarmState } from '../state';
import { describeJudgement } from './reason';

/** One evaluated period; without a value it has no datapoint. */
export interface Point {
  readonly time: number;
  readonly value?: number;
}

/** Result of an evaluation; without a state the alarm keeps its own. */
export interface Judgement {
  readonly state?: AlarmState;
  readonly breaching: readonly Point[];
  /** The existing datapoints that were evaluated, newest first. */
  readonly known: readonly Point[];
  /** Number of missing datapoints that `treatMissingData` replaces. */
  readonly filled: number;
}

/** Periods before the evaluation periods from which AWS takes datapoints in place of missing ones. */
const EXTRA_PERIODS = 2;

/** Interval of datapoints with standard resolution, which alarms with shorter periods must look back to. */
const STANDARD_RESOLUTION_SECONDS = 60;

/** The end of the last complete period at `now`; a new one comes each minute, or faster for short periods. */
export function evaluationEnd(config: AlarmConfig, now: number): number {
  return now - (now % (Math.min(periodOf(config), 60) * 1000));
}

/** Evaluates an alarm over the periods before `end`. */
export function evaluateAlarm(store: MetricStore, owner: Owner, alarm: Pick<Alarm, 'config'>, end: number) {
  const queries = queriesOf(alarm.config);
  const period = periodOf(alarm.config);
  const count = alarm.config.EvaluationPeriods + Math.max(EXTRA_PERIODS, STANDARD_RESOLUTION_SECONDS / period);
  const start = end - count * period * 1000;
  const results = runQueries(store, owner, queries, { start, end });
  const series = results.find(({ query }) => query.ReturnData !== false)?.series[0];
  const points: Point[] = [];
  for (let time = end - period * 1000; time >= start; time -= period * 1000) {
    points.push({ time, value: series?.points.get(time) });
  }
  const judgement = judge(points, alarm.config);
  const samples = results.find(({ query }) => query.Id === SAMPLES)?.series[0]?.points;
  return { judgement, ...describeJudgement(judgement, alarm.config, { period, now: end, points, samples }) };
}

/**
 * Evaluates points ("Configuring how CloudWatch alarms treat missing data"): existing datapoints count first, missing
 * ones as few times as possible.
 * @param points newest first
 */
export function judge(
  points: readonly Point[],
  config: Pick<
    AlarmConfig,
    'EvaluationPeriods' | 'DatapointsToAlarm' | 'TreatMissingData' | 'ComparisonOperator' | 'Threshold'
  >,
): Judgement {
  const periods = config.EvaluationPeriods;
  const needed = config.DatapointsToAlarm ?? periods;
  const treatment = config.TreatMissingData ?? 'missing';
  const known = points.filter((point) => point.value !== undefined).slice(0, periods);
  const filled = periods - known.length;
  const breaching = known.filter((point) => breaches(point.value as number, config));
  const as = (state: AlarmState | undefined): Judgement => ({ state, breaching, known, filled });
  if (known.length === 0) {
    if (treatment === 'breaching') return as('ALARM');
    if (treatment === 'notBreaching') return as('OK');
    return as(treatment === 'ignore' ? undefined : 'INSUFFICIENT_DATA');
  }
  if (breaching.length + (treatment === 'breaching' ? filled : 0) >= needed) return as('ALARM');
  if (treatment === 'ignore' && filled > 0 && breaching.length === known.length) return as(undefined);
  if (treatment === 'missing' && breaching.length >= Math.min(needed, known.length)) return as('ALARM');
  return as('OK');
}

function breaches(
  value: number,
  { ComparisonOperator: operator, Threshold: threshold }: Pick<AlarmConfig, 'ComparisonOperator' | 'Threshold'>,
): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      return false;
  }
}

/** Id of the query for the metric's number of samples, beside the alarm's own query. */
const SAMPLES = 'samples';

/** The alarm's metric as queries, or its own queries. */
function queriesOf(config: AlarmConfig): Query[] {
  if (config.Metrics !== undefined) return config.Metrics;
  const asked = (Id: string, Stat: string): Query => ({
    Id,
    MetricStat: {
      Metric: { Namespace: config.Namespace, MetricName: config.MetricName, Dimensions: config.Dimensions as [] },
      Period: config.Period ?? 60,
      Stat,
      Unit: config.Unit,
    },
  });
  const statistic = config.Statistic ?? config.ExtendedStatistic ?? 'Average';
  return [asked('m1', statistic), { ...asked(SAMPLES, 'SampleCount'), ReturnData: false }];
}

/** Period in seconds. */
export function periodOf(config: Pick<AlarmConfig, 'Metrics' | 'Period'>): number {
  if (config.Metrics === undefined) return config.Period ?? 60;
  return Math.max(...config.Metrics.map((query) => query.MetricStat?.Period ?? query.Period ?? 0), 10);
}
