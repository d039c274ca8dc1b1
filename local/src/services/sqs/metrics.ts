import type { Cloud } from '../../core/cloud';
import type { MetricValues } from '../../core/metrics';
import type { Queue } from './queue';

/** Publishes the metrics of a queue's messages (SQS's page "Available CloudWatch metrics for Amazon SQS"). */
export function publish(cloud: Cloud, queue: Queue, values: MetricValues): void {
  const { accountId, region, name: QueueName } = queue.info;
  cloud.metrics.publish({ namespace: 'AWS/SQS', dimensions: { QueueName }, accountId, region }, values);
}

export function publishGauges(cloud: Cloud, queue: Queue): void {
  const { visible, delayed, notVisible, oldestSentAt } = queue.counts();
  const age = oldestSentAt === undefined ? 0 : (cloud.clock.now() - oldestSentAt) / 1000;
  publish(cloud, queue, {
    ApproximateNumberOfMessagesVisible: [visible, 'Count'],
    ApproximateNumberOfMessagesDelayed: [delayed, 'Count'],
    ApproximateNumberOfMessagesNotVisible: [notVisible, 'Count'],
    ApproximateAgeOfOldestMessage: [age, 'Seconds'],
  });
}
