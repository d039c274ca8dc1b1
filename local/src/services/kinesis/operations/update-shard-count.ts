import { MAX_RESIZES_A_DAY } from '../constraints';
import { operation } from '../contract';
import { invalidArgument, limitExceeded, streamNotActive, validation } from '../errors';
import { resize } from '../resharding';
import { openShards, type StreamInfo } from '../stream-info';

const DAY_MS = 86_400_000;

export const updateShardCount = operation('UpdateShardCount', {
  handle: async (input, { state, cloud, caller }) => {
    const stream = state.find(input, caller);
    const target = input.TargetShardCount;
    let before = 0;
    const info = await state.reshard(stream, (current) => {
      if (current.status !== 'ACTIVE') throw streamNotActive(current);
      before = openShards(current).length;
      const now = cloud.clock.now();
      const recent = current.resizedAt.filter((at) => at > now - DAY_MS);
      checkTarget(current, before, target);
      if (cloud.options.enforceLimits && recent.length >= MAX_RESIZES_A_DAY) {
        throw limitExceeded(
          `Stream ${current.name} under account ${current.accountId} has been resized ${recent.length} times in the ` +
            `last 24 hours, and UpdateShardCount allows ${MAX_RESIZES_A_DAY}.`,
        );
      }
      if (target > before) state.checkShardQuota(caller, target - before);
      const resized = resize(current, target, now, (closing) => stream.shard(closing).log.next);
      return { ...resized, resizedAt: [...recent, now], status: 'UPDATING' };
    });
    return {
      StreamName: info.name,
      StreamARN: info.arn,
      CurrentShardCount: before,
      TargetShardCount: target,
    };
  },
});

/** Checks a target ("UpdateShardCount"): at most double, at least half. */
function checkTarget(stream: StreamInfo, current: number, target: number): void {
  if (stream.mode === 'ON_DEMAND') {
    throw validation(
      `Request is invalid. Stream ${stream.name} under account ${stream.accountId} is in On-Demand mode.`,
    );
  }
  if (target > 2 * current) {
    throw invalidArgument(
      'UpdateShardCount cannot scale up over double your current open shard count. ' +
        `Current open shard count: ${current} Target shard count: ${target}`,
    );
  }
  if (target < current / 2) {
    throw invalidArgument(
      'UpdateShardCount cannot scale down below half your current open shard count. ' +
        `Current open shard count: ${current} Target shard count: ${target}`,
    );
  }
}
