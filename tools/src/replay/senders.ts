import { setTimeout as sleep } from 'node:timers/promises';
import { type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { Refusal, ToolError } from '../shared/errors';
import type { ReplayRecord } from './records';

/** One record of a batch: its number within the object, and its partition key. */
export interface Numbered {
  readonly number: number;
  readonly key: string;
  readonly record: ReplayRecord;
}

/** A destination of records. */
export interface Sender {
  readonly name: string;
  /** Sends a batch once and returns the refused (throttled) records. @throws if it isn't known whether it arrived */
  readonly send: (batch: readonly Numbered[]) => Promise<readonly Numbered[]>;
  /** Why `arrived` may be undefined, to go on a message. */
  readonly why: string;
  /** Keys of a batch that arrived, for a batch of unknown fate; undefined if the destination can't tell. */
  readonly arrived: (keys: ReadonlySet<string>, since: Date) => Promise<ReadonlySet<string> | undefined>;
}

/** Limits of a batch: PutRecords takes 500 records and 10 MiB ("PutRecords"); 4 MiB leaves room for base64 and keys. */
export const BATCH = { records: 500, bytes: 4 * 1024 * 1024 } as const;

/** Largest difference between the clocks of two machines. */
const CLOCKS_MS = 60_000;

const HOUR_MS = 3_600_000;

/** Sends to a Kinesis stream, whose records can be read back. */
export function streamSender(kinesis: KinesisClient, stream: string): Sender {
  return {
    name: `stream ${stream}`,
    why: ' any more: the stream keeps records for a shorter time, or was made anew since',
    send: async (batch) => {
      const Records = batch.map(({ key, record }) => ({ Data: record.data, PartitionKey: key }));
      const { Records: results = [] } = await kinesis.send(new PutRecordsCommand({ StreamName: stream, Records }));
      return batch.filter((_, index) => results[index]?.SequenceNumber === undefined);
    },
    arrived: async (keys, since) =>
      (await isReadable(kinesis, stream, since))
        ? keysInStream(kinesis, stream, keys, new Date(since.getTime() - CLOCKS_MS))
        : undefined,
  };
}

/**
 * Whether a stream still has all records since a time. Records older than its retention period are gone, and so are
 * those of an earlier stream of its name: what isn't found may have arrived, and would be sent twice.
 */
async function isReadable(kinesis: KinesisClient, stream: string, since: Date): Promise<boolean> {
  const { StreamDescriptionSummary: found } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: stream }),
  );
  const { RetentionPeriodHours: hours = 24, StreamCreationTimestamp: madeAt } = found ?? {};
  const oldest = Date.now() - hours * HOUR_MS + CLOCKS_MS;
  // Kinesis shows the whole second in which the stream was created.
  return since.getTime() > Math.max(oldest, madeAt === undefined ? 0 : madeAt.getTime() + 999);
}

/** Searches a stream, from a time on, for records with the keys. */
async function keysInStream(
  kinesis: KinesisClient,
  stream: string,
  keys: ReadonlySet<string>,
  since: Date,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const shard of await shardsOf(kinesis, stream)) {
    const start = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: stream,
        ShardId: shard,
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: since,
      }),
    );
    let iterator = start.ShardIterator;
    while (iterator !== undefined && found.size < keys.size) {
      const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 10_000 }));
      for (const { PartitionKey: key } of page.Records ?? []) if (key !== undefined && keys.has(key)) found.add(key);
      if ((page.Records ?? []).length === 0 && (page.MillisBehindLatest ?? 0) === 0) break;
      iterator = page.NextShardIterator;
      // A shard allows five reads a second.
      await sleep(210);
    }
  }
  return found;
}

async function shardsOf(kinesis: KinesisClient, stream: string): Promise<string[]> {
  const shards: string[] = [];
  let token: string | undefined;
  do {
    const page = await kinesis.send(
      new ListShardsCommand(token === undefined ? { StreamName: stream } : { NextToken: token }),
    );
    shards.push(...(page.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return shards;
}

/** Sends to a delivery stream with direct puts, which can't be read back. */
export function deliverySender(firehose: FirehoseClient, name: string): Sender {
  return {
    name: `delivery stream ${name}`,
    why: ': a delivery stream has no records to read',
    send: async (batch) => {
      const Records = batch.map(({ record }) => ({ Data: record.data }));
      const answer = await firehose
        .send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records }))
        .catch((error: unknown) => {
          if ((error as Error).name !== 'InvalidArgumentException') throw error;
          const why = (error as Error).message;
          throw new Refusal(
            `${name} takes no direct puts (${why}): leave out --to-delivery, and replay through the stream that it reads.`,
          );
        });
      const results = answer.RequestResponses ?? [];
      return batch.filter((_, index) => results[index]?.RecordId === undefined);
    },
    arrived: async () => undefined,
  };
}

/** Splits records into batches for one call. @param object where they are from @throws for a record over the limit */
export function batches(records: readonly Numbered[], object: string): Numbered[][] {
  const all: Numbered[][] = [];
  let current: Numbered[] = [];
  let bytes = 0;
  for (const item of records) {
    const size = item.record.data.length + item.key.length;
    if (size > BATCH.bytes) {
      throw new ToolError(
        `record ${item.number + 1} of ${object} has ${size} bytes with its key, and a batch ${BATCH.bytes} at most: nothing of that object is sent.`,
      );
    }
    if (current.length === BATCH.records || bytes + size > BATCH.bytes) {
      all.push(current);
      [current, bytes] = [[], 0];
    }
    current.push(item);
    bytes += size;
  }
  if (current.length > 0) all.push(current);
  return all;
}
