import type { Cloud } from '../../core/cloud';
import type { MetricValues } from '../../core/metrics';
import { ownerOf, parseArn } from '../../core/owner';
import type { Topic } from './state';

/** Publishes a topic's metrics (SNS's page "Monitoring Amazon SNS topics using CloudWatch"). */
export function publish(cloud: Cloud, { arn }: Topic, values: MetricValues): void {
  const dimensions = { TopicName: parseArn(arn)?.resource ?? '' };
  cloud.metrics.publish({ namespace: 'AWS/SNS', dimensions, ...ownerOf(arn) }, values);
}
