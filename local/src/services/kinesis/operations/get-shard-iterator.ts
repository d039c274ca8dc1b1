import { resolve } from '../arn';
import { operation } from '../contract';
import { dryRun, shardMissing } from '../errors';
import { findShard, shardIdIn, startingNumber } from '../read';
import { formatIterator } from '../shard-iterator';

export const getShardIterator = operation('GetShardIterator', {
  handle: async (input, { state, cloud, caller }) => {
    const named = resolve(input, caller);
    const shardId = shardIdIn(input.ShardId, named);
    // Kinesis reports a missing stream as a missing shard.
    const stream = state.has(named) ? state.find(input, caller) : missing(shardId, named);
    const { info } = stream;
    const now = cloud.clock.now();
    const shard = findShard(info, shardId, now);
    const number = await startingNumber(cloud, stream, shard, {
      type: input.ShardIteratorType,
      sequenceNumber: input.StartingSequenceNumber,
      timestamp: input.Timestamp,
    });
    if (input.DryRun === true) throw dryRun();
    const { accountId, region, name: streamName, createdAt: streamCreatedAt } = info;
    return {
      ShardIterator: formatIterator({ accountId, region, streamName, streamCreatedAt, shardId: shard.id, number }, now),
    };
  },
});

function missing(shardId: string, named: { readonly name: string; readonly accountId: string }): never {
  throw shardMissing(shardId, named);
}
