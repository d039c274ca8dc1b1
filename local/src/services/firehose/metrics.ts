import type { Cloud } from '../../core/cloud';
import type { MetricValues } from '../../core/metrics';
import { ownerOf } from '../../core/owner';
import type { DeliveryStream } from './state';

/** Publishes a delivery stream's metrics ("Monitor Amazon Data Firehose metrics with CloudWatch"). */
export function publish(cloud: Cloud, { arn, name }: DeliveryStream, values: MetricValues): void {
  const dimensions = { DeliveryStreamName: name };
  cloud.metrics.publish({ namespace: 'AWS/Firehose', dimensions, ...ownerOf(arn) }, values);
}
