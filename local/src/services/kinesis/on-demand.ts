import type { Cloud } from '../../core/cloud';
import { MAX_ON_DEMAND_SHARDS } from './constraints';
import { resize } from './resharding';
import { KinesisState } from './state';
import type { Stream } from './stream';
import { openShards } from './stream-info';

/**
 * Measures the writes to an on-demand stream, and splits its shards in two when its capacity is less than double the
 * last minute's load ("On-demand mode": capacity for double the peak). Shards are never merged: AWS forgets a peak
 * after 30 days.
 */
export function followLoad(
  cloud: Cloud,
  stream: Stream,
  written: Iterable<{ readonly entries: readonly unknown[]; readonly bytes: number }>,
  now: number,
): void {
  if (stream.info.mode !== 'ON_DEMAND' || !cloud.options.enforceLimits) return;
  let [records, bytes] = [0, 0];
  for (const batch of written) {
    records += batch.entries.length;
    bytes += batch.bytes;
  }
  const load = stream.meter.add(records, bytes, now);
  if (load === undefined || openShards(stream.info).length >= 2 * load) return;
  cloud
    .state(KinesisState)
    .reshard(stream, (info) => {
      const target = openShards(info).length * 2;
      if (info.mode !== 'ON_DEMAND' || info.status !== 'ACTIVE' || target > MAX_ON_DEMAND_SHARDS) return info;
      return resize(info, target, now, (closing) => stream.shard(closing).log.next);
    })
    .catch((error: Error) => cloud.options.log(`kinesis: stream ${stream.info.name} can't be scaled: ${error.stack}`));
}
