import type { MetricsName } from '@aws-sdk/client-kinesis';
import type { Cloud } from '../../core/cloud';
import type { StreamRecord } from './stream-record';

/** Publishes a stream's metrics, values summed up per request ("Monitor the Kinesis Data Streams service"). */
export function publish(
  cloud: Cloud,
  stream: StreamRecord,
  values: Readonly<Record<string, readonly [value: number, unit: string]>>,
): void {
  const dimensions = { StreamName: stream.name };
  for (const name in values) {
    const [value, unit] = values[name] as readonly [number, string];
    cloud.metrics.record({ namespace: 'AWS/Kinesis', name, dimensions }, value, unit, stream.accountId, stream.region);
  }
}

/** Publishes a shard's metrics: those that enhanced monitoring has switched on. */
export function publishShard(
  cloud: Cloud,
  stream: StreamRecord,
  shardId: string,
  values: Readonly<Partial<Record<MetricsName, readonly [value: number, unit: string]>>>,
): void {
  const dimensions = { StreamName: stream.name, ShardId: shardId };
  for (const name of stream.monitoring) {
    const found = values[name];
    if (found === undefined) continue;
    const [value, unit] = found;
    cloud.metrics.record({ namespace: 'AWS/Kinesis', name, dimensions }, value, unit, stream.accountId, stream.region);
  }
}
