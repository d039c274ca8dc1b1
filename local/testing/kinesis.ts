import {
  type _Record,
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsCommandOutput,
  type Shard,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { eventually } from './eventually';

export function streamArn(name: string): string {
  return `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;
}

/** Id of a stream's shard by its number, from 0 on. */
export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

/** Waits until the stream is ACTIVE. */
export function untilActive(client: KinesisClient, StreamName: string): Promise<StreamDescriptionSummary> {
  return eventually(async () => {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE' && StreamDescriptionSummary;
  });
}

/** Makes a stream and waits until it is ACTIVE. */
export async function makeStream(client: KinesisClient, StreamName: string, ShardCount = 1): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  await untilActive(client, StreamName);
}

/** Puts texts, each with itself as partition key. */
export function putTexts(
  client: KinesisClient,
  StreamName: string,
  texts: readonly string[],
): Promise<PutRecordsCommandOutput> {
  const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
  return client.send(new PutRecordsCommand({ StreamName, Records }));
}

export async function shardsOf(client: KinesisClient, StreamName: string): Promise<Shard[]> {
  return (await client.send(new ListShardsCommand({ StreamName }))).Shards ?? [];
}

/** Reads a shard from its oldest record up to the newest one, or to the shard's end. */
export async function readAll(client: KinesisClient, StreamName: string, ShardId: string): Promise<_Record[]> {
  const records: _Record[] = [];
  let { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  while (ShardIterator !== undefined) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator }));
    records.push(...(page.Records ?? []));
    if (page.MillisBehindLatest === 0) break;
    ShardIterator = page.NextShardIterator;
  }
  return records;
}

export function textOf(record: _Record | undefined): string {
  return Buffer.from(record?.Data ?? []).toString();
}
