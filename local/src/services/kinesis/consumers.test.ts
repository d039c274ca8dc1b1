import {
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  KinesisClient,
  ListStreamConsumersCommand,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  SubscribeToShardCommand,
  type SubscribeToShardCommandOutput,
  type SubscribeToShardEvent,
} from '@aws-sdk/client-kinesis';
import { eventually, Local, localFixture, TestClock } from 'lakehouse-local/testing';
import { putTexts, shardId, streamArn, textOf } from 'lakehouse-local/testing/kinesis';

const ShardId = shardId(0);
const local = localFixture();
const { kinesis: client } = local;

async function register(stream: string, ConsumerName: string, by = client): Promise<string> {
  const command = new RegisterStreamConsumerCommand({ StreamARN: streamArn(stream), ConsumerName });
  return (await by.send(command)).Consumer?.ConsumerARN ?? '';
}

/** Registers a consumer and waits until it may subscribe. */
async function registerActive(stream: string, ConsumerName: string): Promise<string> {
  const ConsumerARN = await register(stream, ConsumerName);
  const describe = new DescribeStreamConsumerCommand({ ConsumerARN });
  await eventually(async () => (await client.send(describe)).ConsumerDescription?.ConsumerStatus === 'ACTIVE');
  return ConsumerARN;
}

function subscribe(ConsumerARN: string, Type: 'TRIM_HORIZON' | 'LATEST', subscriber = client) {
  return subscriber.send(new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: { Type } }));
}

/** Takes a subscription's events to its end. */
async function consume({ EventStream }: SubscribeToShardCommandOutput): Promise<void> {
  for await (const _event of EventStream ?? []);
}

test('a consumer is registered, listed, described and deregistered', async () => {
  await local.stream('fan-out');
  const ConsumerARN = await register('fan-out', 'one');
  await register('fan-out', 'two');
  expect(ConsumerARN).toMatch(/^arn:aws:kinesis:us-east-1:000000000000:stream\/fan-out\/consumer\/one:\d+$/);
  await expect(register('fan-out', 'one')).rejects.toBeInstanceOf(ResourceInUseException);
  const page = await client.send(new ListStreamConsumersCommand({ StreamARN: streamArn('fan-out'), MaxResults: 1 }));
  expect(page.Consumers).toMatchObject([{ ConsumerName: 'one' }]);
  const rest = await client.send(
    new ListStreamConsumersCommand({ StreamARN: streamArn('fan-out'), NextToken: page.NextToken }),
  );
  expect(rest.Consumers).toMatchObject([{ ConsumerName: 'two' }]);
  await expect(client.send(new DeleteStreamCommand({ StreamName: 'fan-out' }))).rejects.toBeInstanceOf(
    ResourceInUseException,
  );
  await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
  const describe = new DescribeStreamConsumerCommand({ ConsumerARN });
  await expect(client.send(describe)).rejects.toBeInstanceOf(ResourceNotFoundException);
  await client.send(new DeleteStreamCommand({ StreamName: 'fan-out', EnforceConsumerDeletion: true }));
});

test.each([
  ['HTTP/2, the SDK’s default', () => new KinesisClient(local.config)],
  ['HTTP/1.1', () => local.as({ accessKeyId: 'reader', secretAccessKey: 'test' }).kinesis],
])('SubscribeToShard over %s pushes what is there, what comes, and the end of the shard', async (name, makeClient) => {
  const StreamName = `push-${name.slice(5, 6)}`;
  await local.stream(StreamName);
  const ConsumerARN = await registerActive(StreamName, 'reader');
  await putTexts(client, StreamName, ['a', 'b']);
  const subscriber = makeClient();
  const { EventStream } = await subscribe(ConsumerARN, 'TRIM_HORIZON', subscriber);
  await expect(subscribe(ConsumerARN, 'TRIM_HORIZON')).rejects.toBeInstanceOf(ResourceInUseException);
  const seen: string[] = [];
  let last: SubscribeToShardEvent | undefined;
  for await (const { SubscribeToShardEvent: event } of EventStream ?? []) {
    last = event;
    seen.push(...(event?.Records ?? []).map(textOf));
    if (seen.length === 2) await putTexts(client, StreamName, ['c']);
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

test('a consumer that is not ACTIVE yet can not subscribe', async () => {
  // With a stopped clock it never becomes ACTIVE.
  const still = await new Local({ clock: new TestClock() }).start();
  await still.stream('early');
  const ConsumerARN = await register('early', 'reader', still.kinesis);
  await expect(subscribe(ConsumerARN, 'LATEST', still.kinesis)).rejects.toBeInstanceOf(ResourceInUseException);
  await still.close();
});

test('a subscription ends with its consumer, and with the stream', async () => {
  await local.stream('doomed');
  const first = await registerActive('doomed', 'first');
  const second = await registerActive('doomed', 'second');
  const [ofFirst, ofSecond] = [await subscribe(first, 'LATEST'), await subscribe(second, 'LATEST')];
  await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN: first }));
  await expect(consume(ofFirst)).rejects.toThrow(`Consumer ${first} of stream doomed not found.`);
  await client.send(new DeleteStreamCommand({ StreamName: 'doomed', EnforceConsumerDeletion: true }));
  await expect(consume(ofSecond)).rejects.toThrow('Stream doomed under account 000000000000 not found.');
});
