import type { Cloud } from '../../core/cloud';
import type { Queue } from './queue';

/** Publishes what happened to a queue's messages (SQS's page "Available CloudWatch metrics for Amazon SQS"). */
export function publish(cloud: Cloud, queue: Queue, values: Readonly<Record<string, readonly [number, string]>>): void {
  const { accountId, region, name: QueueName } = queue.info;
  for (const [name, [value, unit]] of Object.entries(values))
    cloud.metrics.record({ namespace: 'AWS/SQS', name, dimensions: { QueueName } }, value, unit, accountId, region);
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
