import { operation } from '../contract';
import { onStream } from '../permissions';
import { findShard, startingNumber } from '../read';
import { formatIterator } from '../shard-iterator';
import { KinesisState } from '../state';

export const getShardIterator = operation('GetShardIterator', {
  permissions: onStream('GetShardIterator'),
  handle: async (input, { cloud, caller }) => {
    const stream = cloud.state(KinesisState).find(input, caller);
    const { record } = stream;
    const now = cloud.clock.now();
    const shard = findShard(record, input.ShardId, now);
    const number = await startingNumber(cloud, stream, shard, {
      type: input.ShardIteratorType,
      sequenceNumber: input.StartingSequenceNumber,
      timestamp: input.Timestamp,
    });
    const { accountId, region, name: streamName, createdAt: streamCreatedAt } = record;
    return {
      ShardIterator: formatIterator({ accountId, region, streamName, streamCreatedAt, shardId: shard.id, number }, now),
    };
  },
});
