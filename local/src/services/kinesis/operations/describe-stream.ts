import { MAX_PAGE } from '../constraints';
import { operation } from '../contract';
import { describeCommon, describeShard } from '../describe';
import { visibleShards } from '../stream-info';

export const describeStream = operation('DescribeStream', {
  handle: (input, { state, cloud, caller }) => {
    const { info } = state.find(input, caller);
    const after = input.ExclusiveStartShardId ?? '';
    const shards = visibleShards(info, cloud.clock.now()).filter(({ id }) => id > after);
    const page = shards.slice(0, Math.min(input.Limit ?? MAX_PAGE, MAX_PAGE));
    return {
      StreamDescription: {
        ...describeCommon(info),
        Shards: page.map(describeShard),
        HasMoreShards: page.length < shards.length,
      },
    };
  },
});
