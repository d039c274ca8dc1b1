import type { MetricsName, StreamMode, StreamStatus } from '@aws-sdk/client-kinesis';
import { streamNotFound } from './errors';

/** A stream's durable description. Never changed in place: a change makes a new one. */
export interface StreamInfo {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly status: StreamStatus;
  readonly mode: StreamMode;
  /** Milliseconds since the epoch; tells apart two streams that had the same name one after the other. */
  readonly createdAt: number;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  /** Shard-level metrics that are switched on. */
  readonly monitoring: readonly MetricsName[];
  /** As it was given to StartStreamEncryption; undefined for none. */
  readonly keyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Its resource policy, as it was put. */
  readonly policy?: string;
  /** Open and closed, in the order of their ids. */
  readonly shards: readonly ShardInfo[];
  readonly consumers: readonly ConsumerInfo[];
  /** When UpdateShardCount was called in the last 24 hours. */
  readonly resizedAt: readonly number[];
}

export interface ShardInfo {
  readonly id: string;
  readonly index: number;
  /** None, the shard that was split, or the two that were merged. */
  readonly parents: readonly string[];
  /** Bounds of the hash keys, both included, as decimals. */
  readonly startHash: string;
  readonly endHash: string;
  readonly createdAt: number;
  /**
   * Seconds since the epoch that the shard's sequence numbers begin with: more than its parents', so that they are larger.
   * @default when it was made
   */
  readonly numberedFrom?: number;
  readonly closed?: ShardEnd;
}

export interface ShardEnd {
  readonly at: number;
  /** Number in the shard's log after the last record's. */
  readonly number: number;
}

export interface ConsumerInfo {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Its resource policy, as it was put. */
  readonly policy?: string;
}

export function openShards(stream: StreamInfo): ShardInfo[] {
  return stream.shards.filter((shard) => shard.closed === undefined);
}

/** Shards that the API still shows: a closed one is forgotten when its last record has expired. */
export function visibleShards(stream: StreamInfo, now: number): ShardInfo[] {
  const horizon = trimHorizon(stream, now);
  return stream.shards.filter((shard) => shard.closed === undefined || shard.closed.at >= horizon);
}

/** Records older than this time have expired. */
export function trimHorizon(stream: StreamInfo, now: number): number {
  return now - stream.retentionHours * 3_600_000;
}

/** Records can be put while a stream is ACTIVE or UPDATING. @throws ResourceNotFoundException otherwise */
export function checkWritable(stream: StreamInfo): void {
  if (stream.status === 'CREATING' || stream.status === 'DELETING') throw streamNotFound(stream.name, stream.accountId);
}
