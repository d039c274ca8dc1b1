import type { EnhancedMonitoringOutput, MetricsName } from '@aws-sdk/client-kinesis';
import type { Context } from '../../../core/operation';
import type { StreamReference } from '../arn';
import { SHARD_LEVEL_METRICS } from '../constraints';
import { operation } from '../contract';
import { KinesisState } from '../state';

export const enableEnhancedMonitoring = operation('EnableEnhancedMonitoring', {
  handle: (request, context) =>
    setMetrics(request, context, (current) => {
      const added = expand(request.ShardLevelMetrics);
      return SHARD_LEVEL_METRICS.filter((name) => current.includes(name) || added.includes(name));
    }),
});

export const disableEnhancedMonitoring = operation('DisableEnhancedMonitoring', {
  handle: (request, context) =>
    setMetrics(request, context, (current) => {
      const removed = expand(request.ShardLevelMetrics);
      return current.filter((name) => !removed.includes(name));
    }),
});

function expand(names: readonly MetricsName[]): readonly MetricsName[] {
  return names.includes('ALL') ? SHARD_LEVEL_METRICS : names;
}

async function setMetrics(
  request: StreamReference,
  { cloud, caller }: Context,
  make: (current: readonly MetricsName[]) => MetricsName[],
): Promise<EnhancedMonitoringOutput> {
  let before: readonly MetricsName[] = [];
  const info = await cloud.state(KinesisState).update(request, caller, (current) => {
    before = current.monitoring;
    return { ...current, monitoring: make(before) };
  });
  return {
    StreamName: info.name,
    StreamARN: info.arn,
    CurrentShardLevelMetrics: [...before],
    DesiredShardLevelMetrics: [...info.monitoring],
  };
}
