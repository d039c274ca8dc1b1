import type { Cloud } from '../../core/cloud';
import type { MetricValues } from '../../core/metrics';
import type { FunctionName } from './arn';

/** Publishes the metrics of a function's invocations (Lambda's page "Types of metrics for Lambda functions"). */
export function publish(cloud: Cloud, { accountId, region, name }: FunctionName, values: MetricValues): void {
  const dimensions = { FunctionName: name };
  cloud.metrics.publish({ namespace: 'AWS/Lambda', dimensions, accountId, region }, values);
}
