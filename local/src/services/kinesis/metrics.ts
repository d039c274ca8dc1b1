import type { MetricsName } from '@aws-sdk/client-kinesis';
import type { Cloud } from '../../core/cloud';
import type { MetricValues } from '../../core/metrics';
import type { StreamInfo } from './stream-info';

/** Publishes a stream's metrics, summed up per request ("Monitor the Kinesis Data Streams service"). */
export function publish(cloud: Cloud, { name, accountId, region }: StreamInfo, values: MetricValues): void {
  cloud.metrics.publish({ namespace: 'AWS/Kinesis', dimensions: { StreamName: name }, accountId, region }, values);
}

/** Publishes a shard's metrics that enhanced monitoring has enabled. */
export function publishShard(
  cloud: Cloud,
  { name, accountId, region, monitoring }: StreamInfo,
  shardId: string,
  values: Readonly<Partial<Record<MetricsName, readonly [value: number, unit: string]>>>,
): void {
  const dimensions = { StreamName: name, ShardId: shardId };
  const on = Object.entries(values).filter(([metric]) => monitoring.includes(metric as MetricsName));
  cloud.metrics.publish({ namespace: 'AWS/Kinesis', dimensions, accountId, region }, Object.fromEntries(on));
}
