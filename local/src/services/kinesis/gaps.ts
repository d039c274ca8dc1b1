import type { Cloud } from '../../core/cloud';
import { asCaller, ownerOf } from '../../core/owner';
import { describe } from '../../store/record-log/inspect';
import { gapsBetween, type NotedGap } from '../../store/record-log/repair';
import { findShard } from './read';
import { numberIn } from './sequence-number';
import { KinesisState } from './state';

/** Logs that a reader skipped lost records: once per gap and run of the endpoint. */
export class GapReports {
  private readonly said = new Set<NotedGap>();

  constructor(private readonly cloud: Cloud) {}

  /** @param from number of the first requested record @param next number of the next existing record */
  report(streamName: string, shardId: string, gaps: readonly NotedGap[], from: number, next: number): void {
    for (const gap of gapsBetween(gaps, from, next)) {
      if (this.said.has(gap)) continue;
      this.said.add(gap);
      this.cloud.options.log(
        `Stream ${streamName}, ${shardId}: GetRecords went on behind a gap: ${describe(gap)} were lost to damage, ` +
          `which was repaired at ${new Date(gap.repairedAt).toISOString()}`,
      );
    }
  }
}

/**
 * Gaps between two records of a shard, for readers within the endpoint.
 * @param after sequence number of the last record read before. @default none
 */
export function gapsOf(
  cloud: Cloud,
  streamArn: string,
  shardId: string,
  after: string | undefined,
  through: string,
): NotedGap[] {
  const stream = cloud.state(KinesisState).find({ StreamARN: streamArn }, asCaller(ownerOf(streamArn)));
  const shard = findShard(stream.info, shardId, cloud.clock.now());
  const { gaps } = stream.shard(shard).log;
  if (gaps.length === 0) return [];
  const from = after === undefined ? 0 : (numberIn(shard, after) ?? 0);
  return gapsBetween(gaps, from, numberIn(shard, through) ?? 0);
}
