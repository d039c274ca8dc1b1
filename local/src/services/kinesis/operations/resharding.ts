import { namedStream } from '../arn';
import { operation } from '../contract';
import { invalidArgument, streamNotActive, validation } from '../errors';
import { findShard } from '../read';
import { areAdjacent, merge, split } from '../resharding';
import { KinesisState } from '../state';
import type { ShardInfo, StreamInfo } from '../stream-info';

export const splitShard = operation('SplitShard', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    const stream = state.find(input, caller);
    await state.reshard(stream, (info) => {
      checkReshardable(info, 'SplitShard');
      const now = cloud.clock.now();
      const shard = findOpenShard(info, input.ShardToSplit, now);
      const at = BigInt(input.NewStartingHashKey);
      if (at <= BigInt(shard.startHash) + 1n || at >= BigInt(shard.endHash)) {
        throw invalidArgument(
          `NewStartingHashKey ${at} used in SplitShard() on shard ${shard.id} in stream ${info.name} under ` +
            `account ${info.accountId} is not both greater than one plus the shard's StartingHashKey ` +
            `${shard.startHash} and less than the shard's EndingHashKey ${shard.endHash}.`,
        );
      }
      state.checkShardQuota(caller, 1);
      return { ...split(info, shard, at, now, (closing) => stream.shard(closing).log.next), status: 'UPDATING' };
    });
  },
});

export const mergeShards = operation('MergeShards', {
  resource: namedStream,
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(KinesisState);
    const stream = state.find(input, caller);
    await state.reshard(stream, (info) => {
      checkReshardable(info, 'MergeShards');
      const now = cloud.clock.now();
      const shard = findOpenShard(info, input.ShardToMerge, now);
      const adjacent = findOpenShard(info, input.AdjacentShardToMerge, now);
      if (!areAdjacent(shard, adjacent)) {
        throw invalidArgument(
          `Shards ${shard.id} and ${adjacent.id} in stream ${info.name} under account ${info.accountId} are ` +
            'not an adjacent pair of shards eligible for merging',
        );
      }
      const endOf = (closing: ShardInfo) => stream.shard(closing).log.next;
      return { ...merge(info, shard, adjacent, now, endOf), status: 'UPDATING' };
    });
  },
});

function checkReshardable(info: StreamInfo, operationName: string): void {
  if (info.status !== 'ACTIVE') throw streamNotActive(info);
  if (info.mode === 'ON_DEMAND') {
    throw validation(`Request is invalid. ${operationName} is not supported for streams in ON_DEMAND mode.`);
  }
}

function findOpenShard(info: StreamInfo, id: string, now: number): ShardInfo {
  const shard = findShard(info, id, now);
  if (shard.closed !== undefined) {
    throw invalidArgument(
      `Shard ${id} in stream ${info.name} under account ${info.accountId} has already been merged or split, and ` +
        'thus is not eligible for merging or splitting.',
    );
  }
  return shard;
}
