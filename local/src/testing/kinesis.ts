import {
  type _Record,
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type Shard,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { eventually, type TestEndpoint } from './endpoint';

/** A client over HTTP/1.1: its connections are kept, where the SDK's default opens one for each request. */
export function kinesisClient(endpoint: TestEndpoint): KinesisClient {
  return new KinesisClient({ ...endpoint.config, requestHandler: new NodeHttpHandler() });
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

export async function shardsOf(client: KinesisClient, StreamName: string): Promise<Shard[]> {
  return (await client.send(new ListShardsCommand({ StreamName }))).Shards ?? [];
}

/** Reads a shard from its oldest record until it is at the tip, or at its end. */
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
