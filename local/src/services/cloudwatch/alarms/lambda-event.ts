import { randomUUID } from 'node:crypto';
import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { alarmArn } from '../arn';
import type { AlarmConfig } from '../state';
import type { Change } from './notify';
import { timeOf } from './words';

/** The event that an alarm invokes a function with ("Invoke a Lambda function from an alarm"). */
export function lambdaEvent({ owner, alarm, to, reason, reasonData, now }: Change): object {
  const { name, config } = alarm;
  const before = { value: alarm.state, reason: alarm.reason, reasonData: alarm.reasonData };
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarmArn(owner, name),
    accountId: owner.accountId,
    time: timeOf(now),
    region: owner.region,
    alarmData: {
      alarmName: name,
      state: { value: to, reason, reasonData, timestamp: timeOf(now) },
      previousState: { ...before, timestamp: timeOf(alarm.stateUpdated) },
      configuration: { description: config.AlarmDescription, metrics: metricsOf(config) },
    },
  };
}

function metricsOf(config: AlarmConfig): object[] {
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic, Unit } = config;
  const single = { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic ?? ExtendedStatistic, Unit };
  const queries: readonly MetricDataQuery[] = config.Metrics ?? [
    { Id: randomUUID(), MetricStat: single as MetricStat },
  ];
  return queries.map((query) => ({
    id: query.Id,
    expression: query.Expression,
    label: query.Label,
    metricStat: query.MetricStat && statOf(query.MetricStat),
    period: query.Period,
    returnData: query.ReturnData ?? true,
  }));
}

function statOf({ Metric, Period, Stat, Unit }: MetricStat): object {
  const { Namespace, MetricName, Dimensions = [] } = Metric ?? {};
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return { metric: { namespace: Namespace, name: MetricName, dimensions }, period: Period, stat: Stat, unit: Unit };
}
