import type { AlarmConfig } from '../state';
import type { Judgement, Point } from './evaluate';

/** Data by which an alarm was evaluated. */
interface Evidence {
  /** Seconds of a period. */
  readonly period: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Datapoints of all evaluated periods, newest first. */
  readonly points: readonly Point[];
  /** Samples by their period's begin, for an alarm on one metric. */
  readonly samples: ReadonlyMap<number, number> | undefined;
}

const VERBS: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** The reason of a state in AWS's wording, and as data. */
export function describeJudgement(
  judgement: Judgement,
  config: AlarmConfig,
  { period, now, points: looked, samples }: Evidence,
): { reason: string; reasonData: string } {
  const { state, breaching, known, filled } = judgement;
  const shown = state === 'ALARM' && breaching.length > 0 ? breaching : known;
  const reasonData = JSON.stringify({
    version: '1.0',
    queryDate: new Date(now).toISOString(),
    startDate: known.length === 0 ? undefined : new Date(known[known.length - 1]?.time ?? now).toISOString(),
    unit: config.Unit,
    statistic: config.Statistic ?? config.ExtendedStatistic,
    period,
    recentDatapoints: known.map((point) => point.value).reverse(),
    threshold: config.Threshold,
    evaluatedDatapoints: (known.length > 0 ? known : looked.slice(0, config.EvaluationPeriods)).map(
      ({ time, value }) => ({ timestamp: new Date(time).toISOString(), sampleCount: samples?.get(time), value }),
    ),
  });
  if (state === 'INSUFFICIENT_DATA') {
    return {
      reason: `Insufficient Data: ${plural(config.EvaluationPeriods, 'datapoint was', 'datapoints were')} unknown.`,
      reasonData,
    };
  }
  if (known.length === 0) {
    const treated = state === 'ALARM' ? 'Breaching' : 'NonBreaching';
    const reason =
      `Threshold Crossed: no datapoints were received for ${plural(filled, 'period', 'periods')} and ` +
      `${plural(filled, 'missing datapoint was', 'missing datapoints were')} treated as [${treated}].`;
    return { reason, reasonData };
  }
  const points = `[${shown.map(datapoint).join(', ')}] ${shown.length === 1 ? 'was' : 'were'}`;
  const crossed = `${state === 'ALARM' ? '' : 'not '}${VERBS[config.ComparisonOperator]} the threshold (${decimal(config.Threshold)})`;
  const reason = `Threshold Crossed: ${counted(shown, known, config.DatapointsToAlarm)} ${points} ${crossed}${minimum(config.DatapointsToAlarm, state)}.`;
  return { reason, reasonData };
}

// AWS's text names the number of evaluated datapoints only for alarms with DatapointsToAlarm.
function counted(shown: readonly Point[], known: readonly Point[], needed: number | undefined): string {
  if (needed === undefined) return plural(shown.length, 'datapoint', 'datapoints');
  return `${shown.length} out of the last ${known.length} datapoints`;
}

function minimum(needed: number | undefined, state: Judgement['state']): string {
  if (needed === undefined) return '';
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  return ` (minimum ${plural(needed, 'datapoint', 'datapoints')} for ${transition} transition)`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function datapoint({ time, value }: Point): string {
  const [year, month, day] = new Date(time).toISOString().slice(2, 10).split('-');
  return `${decimal(value ?? 0)} (${day}/${month}/${year} ${new Date(time).toISOString().slice(11, 19)})`;
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
