import {
  type _Record,
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsCommandOutput,
  type Shard,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { eventually, startTestEndpoint, type TestEndpoint } from './endpoint';

/** An endpoint with a Kinesis client. */
export interface KinesisFixture {
  readonly endpoint: TestEndpoint;
  readonly client: KinesisClient;
  /** Stops the endpoint; fails if it logged a fault. */
  close(): Promise<void>;
}

/** @param options of the endpoint, such as its clock. */
export async function startKinesisFixture(
  options: Parameters<typeof startTestEndpoint>[0] = {},
): Promise<KinesisFixture> {
  const endpoint = await startTestEndpoint(options);
  const client = kinesisClient(endpoint);
  return {
    endpoint,
    client,
    close: async () => {
      client.destroy();
      await endpoint.close();
      if (endpoint.faults.length > 0) throw new Error(`The endpoint logged: ${endpoint.faults.join('; ')}`);
    },
  };
}

export function streamArn(name: string): string {
  return `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;
}

/** Id of a stream's shard by its number, from 0 on. */
export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

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

/** Puts texts, each under itself as partition key. */
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
