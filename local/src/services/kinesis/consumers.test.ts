import {
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  KinesisClient,
  ListStreamConsumersCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
} from '@aws-sdk/client-kinesis';
import { eventually, startTestEndpoint, type TestEndpoint } from '../../testing/endpoint';
import { kinesisClient, makeStream, textOf } from '../../testing/kinesis';

let endpoint: TestEndpoint;
let client: KinesisClient;

beforeAll(async () => {
  endpoint = await startTestEndpoint();
  client = kinesisClient(endpoint);
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
  expect(endpoint.faults).toEqual([]);
});

const ShardId = 'shardId-000000000000';
const arnOf = (name: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;

async function register(stream: string, ConsumerName: string): Promise<string> {
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN: arnOf(stream), ConsumerName }));
  return Consumer?.ConsumerARN ?? '';
}

function put(StreamName: string, ...texts: string[]) {
  return client.send(
    new PutRecordsCommand({
      StreamName,
      Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text })),
    }),
  );
}

test('a consumer is registered, listed, described and deregistered', async () => {
  await makeStream(client, 'fan-out');
  const ConsumerARN = await register('fan-out', 'one');
  await register('fan-out', 'two');
  expect(ConsumerARN).toMatch(/^arn:aws:kinesis:us-east-1:000000000000:stream\/fan-out\/consumer\/one:\d+$/);
  await expect(register('fan-out', 'one')).rejects.toBeInstanceOf(ResourceInUseException);
  const page = await client.send(new ListStreamConsumersCommand({ StreamARN: arnOf('fan-out'), MaxResults: 1 }));
  expect(page.Consumers).toMatchObject([{ ConsumerName: 'one' }]);
  const rest = await client.send(
    new ListStreamConsumersCommand({ StreamARN: arnOf('fan-out'), NextToken: page.NextToken }),
  );
  expect(rest.Consumers).toMatchObject([{ ConsumerName: 'two' }]);
  const describe = new DescribeStreamConsumerCommand({ ConsumerARN });
  await eventually(async () => (await client.send(describe)).ConsumerDescription?.ConsumerStatus === 'ACTIVE');
  await expect(client.send(new DeleteStreamCommand({ StreamName: 'fan-out' }))).rejects.toBeInstanceOf(
    ResourceInUseException,
  );
  await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
  await expect(client.send(describe)).rejects.toBeInstanceOf(ResourceNotFoundException);
  await client.send(new DeleteStreamCommand({ StreamName: 'fan-out', EnforceConsumerDeletion: true }));
});

test.each([
  ['HTTP/2, the SDK’s default', () => new KinesisClient(endpoint.config)],
  ['HTTP/1.1', () => kinesisClient(endpoint)],
])('SubscribeToShard over %s pushes what is there, what comes, and the end of the shard', async (name, makeClient) => {
  const StreamName = `push-${name.slice(5, 6)}`;
  await makeStream(client, StreamName);
  const ConsumerARN = await register(StreamName, 'reader');
  await put(StreamName, 'a', 'b');
  const subscriber = makeClient();
  const subscribe = new SubscribeToShardCommand({
    ConsumerARN,
    ShardId,
    StartingPosition: { Type: 'TRIM_HORIZON' },
  });
  const { EventStream } = await subscriber.send(subscribe);
  await expect(client.send(subscribe)).rejects.toBeInstanceOf(ResourceInUseException);
  const seen: string[] = [];
  let last: SubscribeToShardEvent | undefined;
  for await (const { SubscribeToShardEvent: event } of EventStream ?? []) {
    last = event;
    seen.push(...(event?.Records ?? []).map(textOf));
    if (seen.length === 2) await put(StreamName, 'c');
    if (seen.length === 3 && event?.ChildShards === undefined) {
      await client.send(
        new SplitShardCommand({ StreamName, ShardToSplit: ShardId, NewStartingHashKey: String(2n ** 127n) }),
      );
    }
  }
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(last?.ChildShards?.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000001', 'shardId-000000000002']);
  subscriber.destroy();
});

test('a subscription ends with the stream', async () => {
  await makeStream(client, 'doomed');
  const ConsumerARN = await register('doomed', 'reader');
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: { Type: 'LATEST' } }),
  );
  await client.send(new DeleteStreamCommand({ StreamName: 'doomed', EnforceConsumerDeletion: true }));
  const consume = async () => {
    for await (const _event of EventStream ?? []);
  };
  await expect(consume()).rejects.toBeInstanceOf(ResourceNotFoundException);
});
