import { evenRanges } from './hash-key';
import { secondsOf } from './sequence-number';
import { openShards, type ShardInfo, type StreamInfo } from './stream-info';

/** Number after a shard's last record, determined when the shard is closed. */
export type EndOf = (shard: ShardInfo) => number;

export function shardIdOf(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

/** Shards of equal size for a new stream. @param floor least seconds in their sequence numbers */
export function initialShards(count: number, createdAt: number, floor = 0): ShardInfo[] {
  return evenRanges(count).map(({ start, end }, index) => makeShard(index, start, end, [], createdAt, floor));
}

/** Closes a shard and opens two in its place. @param at first hash key of the second one */
export function split(stream: StreamInfo, shard: ShardInfo, at: bigint, now: number, endOf: EndOf): StreamInfo {
  const index = nextIndex(stream);
  const createdAt = Math.max(now, shard.createdAt + 1);
  return withShards(close(stream, [shard], now, endOf), [
    makeShard(index, BigInt(shard.startHash), at - 1n, [shard], createdAt),
    makeShard(index + 1, at, BigInt(shard.endHash), [shard], createdAt),
  ]);
}

/** Closes two shards and opens one with both ranges. */
export function merge(
  stream: StreamInfo,
  shard: ShardInfo,
  adjacent: ShardInfo,
  now: number,
  endOf: EndOf,
): StreamInfo {
  const [low, high] = BigInt(shard.startHash) < BigInt(adjacent.startHash) ? [shard, adjacent] : [adjacent, shard];
  const createdAt = Math.max(now, shard.createdAt + 1, adjacent.createdAt + 1);
  return withShards(close(stream, [shard, adjacent], now, endOf), [
    makeShard(nextIndex(stream), BigInt(low.startHash), BigInt(high.endHash), [shard, adjacent], createdAt),
  ]);
}

/** Whether a shard's range ends where another one's begins: MergeShards takes its two shards in this order. */
export function isBefore(shard: ShardInfo, adjacent: ShardInfo): boolean {
  return BigInt(shard.endHash) + 1n === BigInt(adjacent.startHash);
}

/**
 * Uniform scaling: for each new range from the lowest, splits the shard across its end, then merges the shards within
 * it. As on AWS, intermediate shards stay in the list, closed and empty: four shards become 6, 9 and 10.
 */
export function resize(stream: StreamInfo, count: number, now: number, endOf: EndOf): StreamInfo {
  const ranges = evenRanges(count);
  let current = stream;
  for (const { start, end } of ranges) {
    const crossed = openShards(current).find((shard) => BigInt(shard.startHash) <= end && end < BigInt(shard.endHash));
    if (crossed !== undefined) current = split(current, crossed, end + 1n, now, endOf);
    for (;;) {
      const [first, second] = openShards(current)
        .filter((shard) => BigInt(shard.startHash) >= start && BigInt(shard.endHash) <= end)
        .sort((a, b) => (BigInt(a.startHash) < BigInt(b.startHash) ? -1 : 1));
      if (first === undefined || second === undefined) break;
      current = merge(current, first, second, now, endOf);
    }
  }
  return current;
}

function makeShard(
  index: number,
  start: bigint,
  end: bigint,
  parents: ShardInfo[],
  createdAt: number,
  floor = 0,
): ShardInfo {
  return {
    id: shardIdOf(index),
    index,
    parents: parents.map(({ id }) => id),
    startHash: String(start),
    endHash: String(end),
    createdAt,
    numberedFrom: Math.max(Math.floor(createdAt / 1000), floor, ...parents.map((parent) => secondsOf(parent) + 1)),
  };
}

function nextIndex(stream: StreamInfo): number {
  return stream.shards.reduce((largest, shard) => Math.max(largest, shard.index), -1) + 1;
}

function close(stream: StreamInfo, shards: readonly ShardInfo[], now: number, endOf: EndOf): StreamInfo {
  const ids = new Set(shards.map((shard) => shard.id));
  return {
    ...stream,
    shards: stream.shards.map((shard) =>
      ids.has(shard.id) ? { ...shard, closed: { at: now, number: endOf(shard) } } : shard,
    ),
  };
}

function withShards(stream: StreamInfo, added: readonly ShardInfo[]): StreamInfo {
  return { ...stream, shards: [...stream.shards, ...added] };
}
