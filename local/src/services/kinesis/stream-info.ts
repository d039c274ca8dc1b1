import type { MetricsName, StreamMode, StreamStatus } from '@aws-sdk/client-kinesis';
import { streamNotFound } from './errors';

/** A stream's durable description. Immutable: a change makes a new one. */
export interface StreamInfo {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly status: StreamStatus;
  readonly mode: StreamMode;
  /** Milliseconds since the epoch; distinguishes streams that had the same name one after the other. */
  readonly createdAt: number;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  /** Enabled shard-level metrics. */
  readonly monitoring: readonly MetricsName[];
  /** Key as given to StartStreamEncryption; undefined without encryption. */
  readonly keyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Its resource-based policy, as put. */
  readonly policy?: string;
  /** Open and closed shards, by id. */
  readonly shards: readonly ShardInfo[];
  readonly consumers: readonly ConsumerInfo[];
  /** Times of UpdateShardCount calls in the last 24 hours. */
  readonly resizedAt: readonly number[];
}

export interface ShardInfo {
  readonly id: string;
  readonly index: number;
  /** None, the split shard, or the two merged ones. */
  readonly parents: readonly string[];
  /** First hash key, as a decimal; both bounds are inclusive. */
  readonly startHash: string;
  readonly endHash: string;
  readonly createdAt: number;
  /**
   * Seconds since the epoch in the shard's sequence numbers: greater than its parents', so that the numbers are.
   * @default its creation
   */
  readonly numberedFrom?: number;
  readonly closed?: ShardEnd;
}

export interface ShardEnd {
  readonly at: number;
  /** Number in the shard's log after the last record. */
  readonly number: number;
}

export interface ConsumerInfo {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Its resource-based policy, as put. */
  readonly policy?: string;
}

export function openShards(stream: StreamInfo): ShardInfo[] {
  return stream.shards.filter((shard) => shard.closed === undefined);
}

/**
 * Shards that the API shows: none while the stream is CREATING, and a closed one until its last record has expired.
 */
export function visibleShards(stream: StreamInfo, now: number): ShardInfo[] {
  if (stream.status === 'CREATING') return [];
  const horizon = trimHorizon(stream, now);
  return stream.shards.filter((shard) => shard.closed === undefined || shard.closed.at >= horizon);
}

/** Time before which records have expired. */
export function trimHorizon(stream: StreamInfo, now: number): number {
  return now - stream.retentionHours * 3_600_000;
}

/** Checks that records can be put: the stream is ACTIVE or UPDATING. @throws ResourceNotFoundException */
export function checkWritable(stream: StreamInfo): void {
  if (stream.status === 'CREATING' || stream.status === 'DELETING') throw streamNotFound(stream.name, stream.accountId);
}
