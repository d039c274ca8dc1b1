import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Caller, Strict } from '../../../core/operation';
import { periodOf } from '../alarms/evaluate';
import { invalidParameter, validation } from '../errors';
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
/** Periods below a minute that an alarm can have, in seconds. */
const SHORT_PERIODS = [10, 20, 30];
const DAY_SECONDS = 86_400;

type Input = Strict<PutMetricAlarmInput>;

/** Checks PutMetricAlarm's input across members. @throws AwsError `ValidationException` */
export function configOf(input: Input, caller: Caller): AlarmConfig {
  const { EvaluationPeriods, ComparisonOperator, Threshold } = input;
  if (EvaluationPeriods === undefined) throw validation('EvaluationPeriods must be specified.');
  if (ComparisonOperator === undefined) throw validation('ComparisonOperator must be specified.');
  if (!OPERATORS.includes(ComparisonOperator) || input.ThresholdMetricId !== undefined) {
    throw validation(
      `The comparison operator ${ComparisonOperator} is not available in this local endpoint, which has no anomaly detection: use one of ${OPERATORS.join(', ')}.`,
    );
  }
  if (Threshold === undefined) throw validation('Threshold must be specified.');
  if (!Number.isFinite(Threshold)) throw invalidParameter(`The value ${Threshold} for parameter Threshold is invalid.`);
  const lowSamples = input.EvaluateLowSampleCountPercentile ?? 'evaluate';
  if (!['evaluate', 'ignore'].includes(lowSamples)) {
    throw validation(
      `Option ${lowSamples} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  }
  if ((input.DatapointsToAlarm ?? 1) > EvaluationPeriods) {
    throw validation('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  }
  const period = input.Metrics === undefined ? checkSingleMetric(input) : checkMetrics(input);
  checkSpan(period, EvaluationPeriods);
  for (const action of [
    ...(input.OKActions ?? []),
    ...(input.AlarmActions ?? []),
    ...(input.InsufficientDataActions ?? []),
  ])
    checkAction(action, caller.region, input);
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

/** @returns the period, in seconds. */
function checkSingleMetric(input: Input): number {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = input;
  if (MetricName === undefined || Namespace === undefined || Period === undefined) {
    throw validation('MetricName, Namespace and Period must be specified, or Metrics in their place.');
  }
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw validation('Exactly one of Statistic and ExtendedStatistic must be specified.');
  }
  if (ExtendedStatistic !== undefined && !/^p(\d{1,2}(\.\d{1,10})?|100)$/.test(ExtendedStatistic))
    throw invalidParameter(`The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
  statisticNamed(Statistic ?? ExtendedStatistic ?? '');
  requirePeriod(Period, SHORT_PERIODS);
  return Period;
}

// At most a day in all, or a week for periods of an hour and more.
function checkSpan(period: number, evaluationPeriods: number): void {
  const limit = period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (period * evaluationPeriods <= limit) return;
  throw validation(
    `Metrics cannot be checked across more than ${limit === DAY_SECONDS ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${limit}).`,
  );
}

/** An action on the instance that the alarm's metric is of. */
const EC2_ACTION = /^arn:aws:(automate:[^:]+:ec2:|swf:[^:]+:\d+:action\/actions\/AWS_EC2\.)/;

/** Checks an action: an ARN, of the alarm's own region, and an EC2 action on an instance's metric. */
function checkAction(arn: string, region: string, { Metrics, Dimensions = [] }: Input): void {
  const [, partition, own] = /^arn:([\w-]+):[\w-]+:([\w-]+):[^:]*:.+$/.exec(arn) ?? [];
  if (partition === undefined) throw validation(`Invalid arn syntax: ${arn}`);
  if (partition !== 'aws') throw validation(`Invalid partition ${partition} specified. Only aws is supported.`);
  if (own !== region) throw validation(`Invalid region ${own} specified. Only ${region} is supported.`);
  if (EC2_ACTION.test(arn) && Metrics === undefined && !Dimensions.some(({ Name }) => Name === 'InstanceId'))
    throw validation(
      'Invalid use of EC2 action. An EC2 action can only be used if the alarm is monitoring an EC2 instance.',
    );
}

/** @returns the longest period in seconds, at which the alarm is evaluated */
function checkMetrics({
  Metrics: metrics = [],
  MetricName,
  Namespace,
  Period,
  Statistic,
  ExtendedStatistic,
}: Input): number {
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
      requirePeriod(query.MetricStat.Period, SHORT_PERIODS);
    }
  }
  return periodOf({ Metrics: metrics });
}
