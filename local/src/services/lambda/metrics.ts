import type { Cloud } from '../../core/cloud';
import type { FunctionName } from './arn';

/** Publishes what a function's invocations came to (Lambda's page "Types of metrics for Lambda functions"). */
export function publish(
  cloud: Cloud,
  { accountId, region, name: FunctionName }: FunctionName,
  values: Readonly<Record<string, readonly [number, string]>>,
): void {
  for (const [name, [value, unit]] of Object.entries(values))
    cloud.metrics.record(
      { namespace: 'AWS/Lambda', name, dimensions: { FunctionName } },
      value,
      unit,
      accountId,
      region,
    );
}
