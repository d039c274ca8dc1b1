import type { Cloud } from '../../../core/cloud';
import type { Owner } from '../../../core/owner';
import { serviceMay } from '../../iam/authorize';
import { KmsState } from '../../kms/state';
import { publish } from '../../sns/operations/publish';
import { SnsState } from '../../sns/state';
import { alarmArn } from '../arn';
import type { Alarm, AlarmState } from '../state';
import { lambdaEvent } from './lambda-event';
import { regionOf, timeOf } from './words';

const SERVICE = 'cloudwatch.amazonaws.com';
/** Principal that a function's policy must allow. */
const LAMBDA_SERVICE = 'lambda.alarms.cloudwatch.amazonaws.com';

/** An alarm's transition from its state to another. */
export interface Change {
  readonly owner: Owner;
  readonly alarm: Alarm;
  readonly to: AlarmState;
  readonly reason: string;
  readonly reasonData?: string | undefined;
  readonly now: number;
}

/**
 * Publishes to a topic, if its policy and its key's allow CloudWatch, or invokes a function, if its policy does.
 * @param action ARN of the alarm action
 * @returns the error as AWS words it in the history; undefined on success
 */
export async function notify(cloud: Cloud, action: string, change: Change): Promise<string | undefined> {
  const { owner, alarm, to } = change;
  const principalArn = alarmArn(owner, alarm.name);
  const [, service] = /^arn:[^:]+:(sns|lambda):/.exec(action) ?? [];
  if (service === undefined) return 'Only SNS topics and functions can be told by this local endpoint.';
  try {
    if (service === 'lambda') {
      const { onNotification } = cloud.services.find(({ name }) => name === service) ?? {};
      const sent = { service: LAMBDA_SERVICE, sourceArn: principalArn, endpoint: action, event: lambdaEvent(change) };
      await onNotification?.(cloud, { ...owner, ...sent, body: '', attributes: {} });
      return undefined;
    }
    const refusal = refusalOf(cloud, action, owner, principalArn);
    if (refusal !== undefined) return refusal;
    const Subject = `${to}: "${alarm.name}" in ${owner.region}`.slice(0, 100);
    await cloud.call(publish, { TopicArn: action, Subject, Message: message(change) }, { ...owner, principalArn });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function refusalOf(cloud: Cloud, topicArn: string, owner: Owner, alarm: string): string | undefined {
  const topic = cloud.state(SnsState).findTopic(topicArn);
  // Publish reports a missing topic.
  if (topic === undefined) return undefined;
  const may = (action: string, resource: string) => serviceMay(cloud, SERVICE, alarm, owner, { action, resource });
  if (!may('sns:Publish', topicArn))
    return `Resource: ${alarm} is not authorized to perform: SNS:Publish on resource: ${topicArn} because no resource-based policy allows the SNS:Publish action`;
  const keyId = topic.attributes.KmsMasterKeyId;
  if (keyId === undefined) return undefined;
  const key = cloud.state(KmsState).lookUp(owner, keyId).arn;
  if (may('kms:GenerateDataKey', key) && may('kms:Decrypt', key)) return undefined;
  return 'CloudWatch Alarms does not have authorization to access the SNS topic encryption key.';
}

/** The message that AWS sends to a topic. */
function message({ owner, alarm, to, reason, now }: Change): string {
  const { config } = alarm;
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: config.AlarmDescription ?? null,
    AWSAccountId: owner.accountId,
    AlarmConfigurationUpdatedTimestamp: timeOf(alarm.configUpdated),
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: timeOf(now),
    Region: regionOf(owner.region),
    AlarmArn: alarmArn(owner, alarm.name),
    OldStateValue: alarm.state,
    OKActions: config.OKActions,
    AlarmActions: config.AlarmActions,
    InsufficientDataActions: config.InsufficientDataActions,
    Trigger: {
      MetricName: config.MetricName,
      Namespace: config.Namespace,
      StatisticType: config.ExtendedStatistic === undefined ? 'Statistic' : 'ExtendedStatistic',
      // Upper case with underscores there: SampleCount is SAMPLE_COUNT.
      Statistic: config.Statistic?.replace(/(?<=[a-z])(?=[A-Z])/, '_').toUpperCase() ?? config.ExtendedStatistic,
      Unit: config.Unit ?? null,
      Dimensions: config.Dimensions?.map(({ Name, Value }) => ({ name: Name, value: Value })),
      Period: config.Period,
      EvaluationPeriods: config.EvaluationPeriods,
      DatapointsToAlarm: config.DatapointsToAlarm,
      ComparisonOperator: config.ComparisonOperator,
      Threshold: config.Threshold,
      TreatMissingData: config.TreatMissingData ?? 'missing',
      EvaluateLowSampleCountPercentile: config.EvaluateLowSampleCountPercentile ?? '',
      Metrics: config.Metrics,
    },
  });
}
