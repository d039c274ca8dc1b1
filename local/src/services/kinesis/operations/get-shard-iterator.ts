import type { GetShardIteratorInput, GetShardIteratorOutput } from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { structure, timestamp } from '../../../core/shape';
import { byNameOrArn, sequenceNumber, shardId, shardIteratorType } from '../constraints';
import { onStream } from '../permissions';
import { findShard, startingNumber } from '../read';
import { formatIterator } from '../shard-iterator';
import { KinesisState } from '../state';

export const getShardIterator = operation<GetShardIteratorInput, GetShardIteratorOutput>({
  name: 'GetShardIterator',
  input: structure(
    {
      ...byNameOrArn,
      ShardId: shardId,
      ShardIteratorType: shardIteratorType,
      StartingSequenceNumber: sequenceNumber,
      Timestamp: timestamp,
    },
    'ShardId ShardIteratorType',
  ),
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
