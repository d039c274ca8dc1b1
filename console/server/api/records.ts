import { createHash } from 'node:crypto';
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';

/** A shard in the view of records. */
export interface ShardView {
  readonly id: string;
  /** Whether it takes records. A closed shard was split or merged; it keeps its records for the retention period. */
  readonly open: boolean;
}

/** One record of the stream. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrived: string;
  readonly bytes: number;
  /** Beginning of its data as text. */
  readonly text: string;
}

/** Result of one read of a shard. */
export interface RecordPage {
  readonly shard: string;
  readonly records: readonly StreamRecord[];
  /** Iterator of the next read; undefined at the end of a closed shard. */
  readonly next: string | undefined;
  /** Distance from the shard's tip, in milliseconds; 0 at its tip. */
  readonly behindMs: number;
}

/** Start of a read: a time, the oldest record in the stream, or the newest records. */
export type From = 'oldest' | 'newest' | Date;

/** A shard can't be read backwards: the newest records are searched in ever longer spans, in minutes. */
const SPANS = [1, 10, 60, 24 * 60];

/**
 * Most records of one read. A shard allows five reads a second to all of its readers: the page sends one in three
 * seconds.
 */
const PAGE_RECORDS = 200;
const TEXT_BYTES = 2_048;

export async function listShards(aws: Aws, { streamName }: Lakehouse): Promise<ShardView[]> {
  return (await allShards(aws, streamName)).map(({ ShardId = '', SequenceNumberRange }) => ({
    id: ShardId,
    open: SequenceNumberRange?.EndingSequenceNumber === undefined,
  }));
}

/** The open shard whose hash key range a partition key falls into (Kinesis' page on PutRecord: MD5 as a 128-bit number). */
export async function shardOf(aws: Aws, { streamName }: Lakehouse, partitionKey: string): Promise<string | undefined> {
  const hash = BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
  const holds = ({ HashKeyRange, SequenceNumberRange }: Shard) =>
    SequenceNumberRange?.EndingSequenceNumber === undefined &&
    HashKeyRange !== undefined &&
    hash >= BigInt(HashKeyRange.StartingHashKey ?? 0) &&
    hash <= BigInt(HashKeyRange.EndingHashKey ?? 0);
  return (await allShards(aws, streamName)).find(holds)?.ShardId;
}

/** Reads a shard for the first time. */
export async function openShard(aws: Aws, lakehouse: Lakehouse, shard: string, from: From): Promise<RecordPage> {
  if (from !== 'newest') return readRecords(aws, shard, await iteratorAt(aws, lakehouse, shard, from));
  for (const minutes of SPANS) {
    const since = new Date(Date.now() - minutes * 60_000);
    const page = await readRecords(aws, shard, await iteratorAt(aws, lakehouse, shard, since));
    // An empty page before the tip: newer records follow.
    if (page.records.length > 0 || page.behindMs > 0) return page;
  }
  return readRecords(aws, shard, await iteratorAt(aws, lakehouse, shard, 'oldest'));
}

async function iteratorAt(aws: Aws, { streamName }: Lakehouse, shard: string, from: Date | 'oldest'): Promise<string> {
  const { ShardIterator } = await aws.kinesis.send(
    new GetShardIteratorCommand({
      StreamName: streamName,
      ShardId: shard,
      ...(from === 'oldest'
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: from }),
    }),
  );
  return ShardIterator ?? '';
}

/** Reads on. @param iterator `next` of the last page */
export async function readRecords(aws: Aws, shard: string, iterator: string): Promise<RecordPage> {
  const page = await aws.kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: PAGE_RECORDS }));
  return {
    shard,
    next: page.NextShardIterator,
    behindMs: page.MillisBehindLatest ?? 0,
    records: (page.Records ?? []).map((record) => ({
      sequenceNumber: record.SequenceNumber ?? '',
      partitionKey: record.PartitionKey ?? '',
      arrived: (record.ApproximateArrivalTimestamp ?? new Date(0)).toISOString(),
      bytes: record.Data?.length ?? 0,
      text: new TextDecoder().decode(record.Data?.subarray(0, TEXT_BYTES)),
    })),
  };
}

async function allShards({ kinesis }: Aws, StreamName: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let NextToken: string | undefined;
  do {
    const page = await kinesis.send(new ListShardsCommand(NextToken === undefined ? { StreamName } : { NextToken }));
    shards.push(...(page.Shards ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return shards;
}
