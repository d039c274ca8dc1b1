import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { asCaller, ownerOf } from '../../core/owner';
import { sequenceNumbers } from './sequence-number';
import { KinesisState } from './state';

/** A sequence number for each shard that there is: what comes after it came after the tips were taken. */
export type Tips = Readonly<Record<string, string>>;

/**
 * Where a stream's shards end now, for readers that start here and first read later. A time would not do: a clock that is
 * set right meanwhile leaves records of before and after it on the wrong side.
 * @returns undefined if there is no such stream
 */
export function tipsOf(cloud: Cloud, streamArn: string): Tips | undefined {
  try {
    const stream = cloud.state(KinesisState).find({ StreamARN: streamArn }, asCaller(ownerOf(streamArn)));
    const tips = stream.info.shards.map((shard) => {
      const next = shard.closed?.number ?? stream.shard(shard).log.next;
      return [shard.id, sequenceNumbers(shard)(next - 1, shard.createdAt)];
    });
    return Object.fromEntries(tips);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
