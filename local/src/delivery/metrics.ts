import type { Cloud } from '../core/cloud';
import type { DeliveryStream } from '../services/firehose/state';

/** Value and CloudWatch's unit, by metric. */
export type Values = Readonly<
  Record<string, readonly [value: number, unit: 'Count' | 'Bytes' | 'Seconds' | 'Milliseconds']>
>;

/** Publishes a delivery stream's metrics ("Monitor Amazon Data Firehose metrics with CloudWatch"). */
export function publish(cloud: Cloud, stream: DeliveryStream, values: Values): void {
  const [, , , region = '', accountId = ''] = stream.arn.split(':');
  const dimensions = { DeliveryStreamName: stream.name };
  for (const [name, [value, unit]] of Object.entries(values)) {
    cloud.metrics.record({ namespace: 'AWS/Firehose', name, dimensions }, value, unit, accountId, region);
  }
}
