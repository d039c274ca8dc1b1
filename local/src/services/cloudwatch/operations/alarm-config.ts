import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Strict } from '../../../core/operation';
import { validation } from '../errors';
import { parseExpression } from '../math/parser';
import { requirePeriod } from '../query';
import type { AlarmConfig } from '../state';
import { statisticNamed } from '../statistics';

const OPERATORS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];
const DAY_SECONDS = 86_400;

type Input = Strict<PutMetricAlarmInput>;

/** Checks what PutMetricAlarm was given beyond single fields. @throws AwsError `ValidationException` */
export function configOf(input: Input): AlarmConfig {
  const { EvaluationPeriods, ComparisonOperator, Threshold } = input;
  if (EvaluationPeriods === undefined) throw validation('EvaluationPeriods must be specified.');
  if (
    ComparisonOperator === undefined ||
    !OPERATORS.includes(ComparisonOperator) ||
    input.ThresholdMetricId !== undefined
  ) {
    throw validation(
      `The comparison operator ${ComparisonOperator} is not available in this local endpoint, which has no anomaly detection: use one of ${OPERATORS.join(', ')}.`,
    );
  }
  if (Threshold === undefined) throw validation('Threshold must be specified.');
  if ((input.DatapointsToAlarm ?? 1) > EvaluationPeriods) {
    throw validation('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  }
  if (input.Metrics === undefined) checkSingleMetric(input, EvaluationPeriods);
  else checkMetrics(input);
  return {
    AlarmDescription: input.AlarmDescription,
    ActionsEnabled: input.ActionsEnabled ?? true,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    MetricName: input.MetricName,
    Namespace: input.Namespace,
    Statistic: input.Statistic,
    ExtendedStatistic: input.ExtendedStatistic,
    Dimensions: input.Dimensions ?? [],
    Period: input.Period,
    Unit: input.Unit,
    EvaluationPeriods,
    DatapointsToAlarm: input.DatapointsToAlarm,
    Threshold,
    ComparisonOperator,
    TreatMissingData: input.TreatMissingData,
    EvaluateLowSampleCountPercentile: input.EvaluateLowSampleCountPercentile,
    Metrics: input.Metrics,
  };
}

function checkSingleMetric(input: Input, evaluationPeriods: number): void {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = input;
  if (MetricName === undefined || Namespace === undefined || Period === undefined) {
    throw validation('MetricName, Namespace and Period must be specified, or Metrics in their place.');
  }
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw validation('Exactly one of Statistic and ExtendedStatistic must be specified.');
  }
  statisticNamed(Statistic ?? ExtendedStatistic ?? '');
  requirePeriod(Period);
  // AWS: a day in all, a week for periods of an hour and more.
  const limit = Period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (Period * evaluationPeriods > limit) {
    throw validation(
      `Metrics cannot be checked across more than ${limit / DAY_SECONDS === 1 ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${limit}).`,
    );
  }
}

function checkMetrics({
  Metrics: metrics = [],
  MetricName,
  Namespace,
  Period,
  Statistic,
  ExtendedStatistic,
}: Input): void {
  if ([MetricName, Namespace, Period, Statistic, ExtendedStatistic].some((value) => value !== undefined)) {
    throw validation(
      'Metrics can not be used together with MetricName, Namespace, Period, Statistic or ExtendedStatistic.',
    );
  }
  const returning = metrics.filter((query) => query.ReturnData !== false);
  if (returning.length !== 1) throw validation('Exactly one element of the metrics list should return data.');
  for (const query of metrics) {
    if (query.Expression !== undefined) parseExpression(query.Expression);
    if (query.MetricStat !== undefined) {
      statisticNamed(query.MetricStat.Stat);
      requirePeriod(query.MetricStat.Period);
    }
  }
}
