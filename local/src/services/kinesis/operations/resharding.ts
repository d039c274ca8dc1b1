import { resolve } from '../arn';
import { operation } from '../contract';
import { invalidArgument, shardNotFound, streamNotActive, validation } from '../errors';
import { shardIdIn } from '../read';
import { isBefore, merge, split } from '../resharding';
import { type ShardInfo, type StreamInfo, visibleShards } from '../stream-info';

export const splitShard = operation('SplitShard', {
  handle: async (input, { state, cloud, caller }) => {
    const named = resolve(input, caller);
    const shardId = shardIdIn(input.ShardToSplit, named);
    const stream = state.find(input, caller);
    await state.reshard(stream, (info) => {
      checkReshardable(info, 'SplitShard');
      const now = cloud.clock.now();
      const shard = findOpenShard(info, shardId, now);
      const at = BigInt(input.NewStartingHashKey);
      if (at <= BigInt(shard.startHash) + 1n || at >= BigInt(shard.endHash)) {
        throw invalidArgument(
          `NewStartingHashKey ${at} used in SplitShard() on shard ${shard.id} in stream ${info.name} under ` +
            `account ${info.accountId} is not both greater than one plus the shard's StartingHashKey ` +
            `${shard.startHash} and less than the shard's EndingHashKey ${shard.endHash}.`,
        );
      }
      if (info.status !== 'ACTIVE') throw streamNotActive(info);
      state.checkShardQuota(caller, 1);
      return { ...split(info, shard, at, now, (closing) => stream.shard(closing).log.next), status: 'UPDATING' };
    });
  },
});

export const mergeShards = operation('MergeShards', {
  handle: async (input, { state, cloud, caller }) => {
    const named = resolve(input, caller);
    const ids = [shardIdIn(input.ShardToMerge, named), shardIdIn(input.AdjacentShardToMerge, named)] as const;
    const stream = state.find(input, caller);
    await state.reshard(stream, (info) => {
      checkReshardable(info, 'MergeShards');
      const now = cloud.clock.now();
      const shard = findOpenShard(info, ids[0], now);
      const adjacent = findOpenShard(info, ids[1], now);
      if (!isBefore(shard, adjacent)) {
        throw invalidArgument(
          `Shards ${shard.id} and ${adjacent.id} in stream ${info.name} under account ${info.accountId} are ` +
            'not an adjacent pair of shards eligible for merging',
        );
      }
      if (info.status !== 'ACTIVE') throw streamNotActive(info);
      const endOf = (closing: ShardInfo) => stream.shard(closing).log.next;
      return { ...merge(info, shard, adjacent, now, endOf), status: 'UPDATING' };
    });
  },
});

function checkReshardable(info: StreamInfo, operationName: string): void {
  // For a stream that is merely UPDATING, Kinesis checks the shards first.
  if (info.status !== 'ACTIVE' && info.status !== 'UPDATING') throw streamNotActive(info);
  if (info.mode === 'ON_DEMAND') {
    throw validation(`Request is invalid. ${operationName} is not supported for streams in ON_DEMAND mode.`);
  }
}

function findOpenShard(info: StreamInfo, id: string, now: number): ShardInfo {
  const shard = visibleShards(info, now).find((each) => each.id === id);
  if (shard === undefined) throw shardNotFound(id, info);
  if (shard.closed !== undefined) {
    throw invalidArgument(
      `Shard ${id} in stream ${info.name} under account ${info.accountId} has already been merged or split, and ` +
        'thus is not eligible for merging or splitting.',
    );
  }
  return shard;
}
