import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { asCaller, ownerOf } from '../../core/owner';
import { sequenceNumbers } from './sequence-number';
import { KinesisState } from './state';

/** A sequence number per shard: records after it came after the tips were taken. */
export type Tips = Readonly<Record<string, string>>;

/**
 * The present ends of a stream's shards, for readers that start here and first read later. A time wouldn't do: if the
 * clock is corrected meanwhile, records of before and after are on the wrong side of it.
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
