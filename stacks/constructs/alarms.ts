import type { CloudwatchMetricAlarmConfig } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Observed, ObservedConsumer } from './observed';

/** Thresholds of the alarms. */
export interface AlarmThresholds {
  /** Age of the oldest record not yet delivered, in seconds. */
  readonly freshnessSeconds: number;
  /** Firehose's distance from the stream's end, in seconds. */
  readonly sourceLagSeconds: number;
}

/** Properties of the alarms. */
export interface AlarmProps extends Observed {
  /** Beginning of the alarms' names. */
  readonly name: string;
  /** Whether the stream has a fixed number of shards. */
  readonly provisioned: boolean;
}

/** An alarm with its construct's id. */
export type AlarmDefinition = CloudwatchMetricAlarmConfig & { readonly id: string };

/** Period of a data point, in seconds. */
const PERIOD = 60;

/**
 * The alarms, each with instructions in its description ("Monitor Amazon Data Firehose Using CloudWatch Metrics",
 * "Monitoring Kinesis Data Streams with CloudWatch"). An idle stream has no data points; that raises no alarm.
 */
export function alarmDefinitions(props: AlarmProps, thresholds: AlarmThresholds): AlarmDefinition[] {
  const stream = { namespace: 'AWS/Kinesis', dimensions: { StreamName: props.streamName } };
  const delivery = { namespace: 'AWS/Firehose', dimensions: { DeliveryStreamName: props.deliveryStreamName } };
  const alarms: Array<Omit<AlarmDefinition, 'alarmName'> | undefined> = [
    {
      id: 'data-freshness',
      ...delivery,
      ...moreThan(thresholds.freshnessSeconds, 5),
      metricName: 'DeliveryToS3.DataFreshness',
      statistic: 'Maximum',
      alarmDescription: 'Records wait too long for delivery. See the delivery log for refusals by S3, Glue or KMS.',
    },
    props.conversion
      ? {
          id: 'failed-conversion',
          ...delivery,
          ...moreThan(0, 1),
          metricName: 'FailedConversion.Records',
          statistic: 'Sum',
          alarmDescription: 'Records do not fit the table. They are under the error prefix, each with its reason.',
        }
      : undefined,
    {
      id: 'source-lag',
      ...delivery,
      ...moreThan(thresholds.sourceLagSeconds * 1000, 5),
      metricName: 'KinesisMillisBehindLatest',
      statistic: 'Maximum',
      alarmDescription: 'Firehose falls behind the stream. Records are lost once they outlive the retention.',
    },
    {
      id: 'throttled-writes',
      ...stream,
      ...moreThan(0, 5),
      metricName: 'WriteProvisionedThroughputExceeded',
      statistic: 'Sum',
      alarmDescription: props.provisioned
        ? 'Producers are throttled. Add shards, or spread the partition keys.'
        : 'Producers are throttled: more than twice the former peak within 15 minutes, or one hot partition key.',
    },
    {
      id: 'throttled-reads',
      ...stream,
      ...moreThan(0, 5),
      metricName: 'ReadProvisionedThroughputExceeded',
      statistic: 'Sum',
      alarmDescription:
        'Readers of the stream are throttled: too many of them poll. Add shards or use enhanced fan-out.',
    },
    ...props.consumers.flatMap(consumerAlarms),
  ];
  return [...alarms, ...icebergAlarms(props, thresholds), ...changesAlarms(props, thresholds)].flatMap((alarm) =>
    alarm === undefined ? [] : [{ ...alarm, alarmName: `${props.name}-${alarm.id}` }],
  );
}

/** Alarms of the delivery to the Iceberg table ("Monitor Apache Iceberg Tables metrics"). */
function icebergAlarms(
  { icebergDeliveryStreamName: name }: AlarmProps,
  thresholds: AlarmThresholds,
): Array<Omit<AlarmDefinition, 'alarmName'>> {
  if (name === undefined) return [];
  const delivery = { namespace: 'AWS/Firehose', dimensions: { DeliveryStreamName: name } };
  return [
    {
      id: 'iceberg-data-freshness',
      ...delivery,
      ...moreThan(thresholds.freshnessSeconds, 5),
      metricName: 'DeliveryToIceberg.DataFreshness',
      statistic: 'Maximum',
      alarmDescription: 'Records wait too long for the Iceberg table: its role, or writers that change the same rows.',
    },
    {
      id: 'iceberg-failed-rows',
      ...delivery,
      ...moreThan(0, 1),
      metricName: 'DeliveryToIceberg.FailedRowCount',
      statistic: 'Sum',
      alarmDescription: 'The Iceberg table refuses rows. They are under the error prefix, each with its reason.',
    },
    {
      id: 'iceberg-source-lag',
      ...delivery,
      ...moreThan(thresholds.sourceLagSeconds * 1000, 5),
      metricName: 'KinesisMillisBehindLatest',
      statistic: 'Maximum',
      alarmDescription:
        'Delivery to the Iceberg table falls behind the stream. Records are lost once they outlive the retention.',
    },
  ];
}

/** Alarms of the delivery of a DynamoDB table's changes. */
function changesAlarms(
  { changesDeliveryStreamName: name }: AlarmProps,
  thresholds: AlarmThresholds,
): Array<Omit<AlarmDefinition, 'alarmName'>> {
  if (name === undefined) return [];
  const delivery = { namespace: 'AWS/Firehose', dimensions: { DeliveryStreamName: name } };
  return [
    {
      id: 'changes-data-freshness',
      ...delivery,
      ...moreThan(thresholds.freshnessSeconds, 5),
      metricName: 'DeliveryToS3.DataFreshness',
      statistic: 'Maximum',
      alarmDescription: `Changes wait too long for delivery. See the delivery log ${name} for refusals.`,
    },
    {
      id: 'changes-failed-conversion',
      ...delivery,
      ...moreThan(0, 1),
      metricName: 'FailedConversion.Records',
      statistic: 'Sum',
      alarmDescription: 'Changes do not fit their table. They are under the error prefix, each with its reason.',
    },
  ];
}

function moreThan(threshold: number, minutes: number) {
  return {
    comparisonOperator: 'GreaterThanThreshold',
    threshold,
    period: PERIOD,
    evaluationPeriods: minutes,
    treatMissingData: 'notBreaching',
  };
}

/** Alarms of a consumer ("Types of metrics for Lambda functions", "Available CloudWatch metrics for Amazon SQS"). */
function consumerAlarms(consumer: ObservedConsumer): Array<Omit<AlarmDefinition, 'alarmName'>> {
  const lambda = { namespace: 'AWS/Lambda', dimensions: { FunctionName: consumer.function } };
  const queue = { namespace: 'AWS/SQS', dimensions: { QueueName: consumer.deadLetterQueue } };
  return [
    {
      id: `${consumer.name}-lag`,
      ...lambda,
      ...moreThan(consumer.lagSeconds * 1000, 5),
      metricName: 'IteratorAge',
      statistic: 'Maximum',
      alarmDescription: `${consumer.name} falls behind the stream. Raise its batchSize, parallelizationFactor or memoryMb, or add shards.`,
    },
    {
      id: `${consumer.name}-errors`,
      ...lambda,
      ...moreThan(0, 3),
      metricName: 'Errors',
      statistic: 'Sum',
      alarmDescription: `${consumer.name} fails, and its records are tried again. See the log ${consumer.function} for the reason.`,
    },
    {
      id: `${consumer.name}-dead-letters`,
      ...queue,
      ...moreThan(0, 1),
      metricName: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
      alarmDescription: `${consumer.name} gave up records. ${consumer.deadLetterQueue} tells where in the stream they are, for as long as it keeps them.`,
    },
  ];
}
