import { allStreams } from '../arn';
import { MAX_ON_DEMAND_STREAMS, shardQuota } from '../constraints';
import { operation } from '../contract';

export const describeLimits = operation('DescribeLimits', {
  resource: allStreams,
  handle: (_input, { state, caller }) => ({
    ShardLimit: shardQuota(caller.region),
    OpenShardCount: state.countOpenShards(caller),
    OnDemandStreamCount: state.list(caller).filter(({ info }) => info.mode === 'ON_DEMAND').length,
    OnDemandStreamCountLimit: MAX_ON_DEMAND_STREAMS,
  }),
});
