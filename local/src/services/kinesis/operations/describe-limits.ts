import type { DescribeLimitsOutput } from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { MAX_ON_DEMAND_STREAMS, shardQuota } from '../constraints';
import { onAllStreams } from '../permissions';
import { KinesisState } from '../state';

export const describeLimits = operation<Record<never, never>, DescribeLimitsOutput>({
  name: 'DescribeLimits',
  input: structure({}),
  permissions: onAllStreams('DescribeLimits'),
  handle: (_input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    return {
      ShardLimit: shardQuota(caller.region),
      OpenShardCount: state.countOpenShards(caller),
      OnDemandStreamCount: state.list(caller).filter(({ record }) => record.mode === 'ON_DEMAND').length,
      OnDemandStreamCountLimit: MAX_ON_DEMAND_STREAMS,
    };
  },
});
