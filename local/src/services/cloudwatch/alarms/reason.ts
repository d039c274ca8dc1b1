import type { AlarmConfig } from '../state';
import type { Judgement, Point } from './evaluate';

const VERBS: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** The reason of a state as AWS words it, and the same as data. */
export function describeJudgement(
  judgement: Judgement,
  config: AlarmConfig,
  period: number,
  now: number,
): { reason: string; reasonData: string } {
  const { state, breaching, known, filled } = judgement;
  const shown = state === 'ALARM' && breaching.length > 0 ? breaching : known;
  const needed = config.DatapointsToAlarm ?? config.EvaluationPeriods;
  const reasonData = JSON.stringify({
    version: '1.0',
    queryDate: new Date(now).toISOString(),
    startDate: known.length === 0 ? undefined : new Date(known[known.length - 1]?.time ?? now).toISOString(),
    statistic: config.Statistic ?? config.ExtendedStatistic,
    period,
    recentDatapoints: known.map((point) => point.value).reverse(),
    threshold: config.Threshold,
    evaluatedDatapoints: known.map((point) => ({ timestamp: new Date(point.time).toISOString(), value: point.value })),
  });
  if (state === 'INSUFFICIENT_DATA') {
    return {
      reason: `Insufficient Data: ${plural(config.EvaluationPeriods, 'datapoint was', 'datapoints were')} unknown.`,
      reasonData,
    };
  }
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  const minimum = `(minimum ${plural(needed, 'datapoint', 'datapoints')} for ${transition} transition).`;
  if (known.length === 0) {
    const treated = state === 'ALARM' ? 'Breaching' : 'NonBreaching';
    const reason =
      `Threshold Crossed: no datapoints were received for ${plural(filled, 'period', 'periods')} and ` +
      `${plural(filled, 'missing datapoint was', 'missing datapoints were')} treated as [${treated}].`;
    return { reason, reasonData };
  }
  const not = state === 'ALARM' ? '' : 'not ';
  const reason =
    `Threshold Crossed: ${shown.length} out of the last ${plural(known.length, 'datapoint', 'datapoints')} ` +
    `[${shown.map(datapoint).join(', ')}] ${shown.length === 1 ? 'was' : 'were'} ${not}` +
    `${VERBS[config.ComparisonOperator]} the threshold (${decimal(config.Threshold)}) ${minimum}`;
  return { reason, reasonData };
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
