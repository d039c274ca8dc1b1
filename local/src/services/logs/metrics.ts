import type { Cloud } from '../../core/cloud';
import type { MetricValues } from '../../core/metrics';
import type { Owner } from '../../core/owner';

/**
 * Publishes a log group's metrics ("Monitoring with CloudWatch metrics").
 * @param further dimensions of a subscription filter
 */
export function publish(
  cloud: Cloud,
  { accountId, region }: Owner,
  LogGroupName: string,
  values: MetricValues,
  further: Readonly<Record<string, string>> = {},
): void {
  const dimensions = { LogGroupName, ...further };
  cloud.metrics.publish({ namespace: 'AWS/Logs', dimensions, accountId, region }, values);
}
