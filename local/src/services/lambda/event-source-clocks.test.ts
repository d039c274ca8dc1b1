import { CreateTableCommand, PutItemCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import {
  CreateEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventually, localFixture, WrongClock } from 'lakehouse-local/testing';
import { putTexts, streamArn } from 'lakehouse-local/testing/kinesis';
import { REPORTING } from 'lakehouse-local/testing/lambda';

const HOUR_MS = 3_600_000;
const clock = new WrongClock();
const local = localFixture({ clock, each: true });

/** A function that tells what it gets by a queue. @returns reads the queue until an entry is there, with all before it */
async function reader(code: string): Promise<(last: string) => Promise<string[]>> {
  const { sqs } = local;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'seen' }));
  const role = await local.functionRole('consumers');
  await local.function('reader', role, REPORTING + code, { Environment: { Variables: { SEEN: QueueUrl } } });
  const seen: string[] = [];
  return async (last) => {
    await eventually(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      for (const { Body = '' } of Messages) seen.push(...(JSON.parse(Body) as string[]));
      return seen.includes(last);
    }, 15_000);
    return seen;
  };
}

const OF_RECORDS = 'exports.handler = async (event) => { await tell(texts(event)); };';
const OF_CHANGES =
  'exports.handler = async (event) => { await tell(event.Records.map(({ dynamodb }) => dynamodb.Keys.id.S)); };';

/** Creates a table with a stream. @returns the stream's ARN */
async function table(TableName: string): Promise<string> {
  const { TableDescription } = await local.dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    }),
  );
  const wait = { client: local.dynamodb, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 };
  await waitUntilTableExists(wait, { TableName });
  return TableDescription?.LatestStreamArn ?? '';
}

const change = (id: string) =>
  local.dynamodb.send(new PutItemCommand({ TableName: 'customers', Item: { id: { S: id } } }));

async function map(EventSourceArn: string, StartingPosition: 'LATEST' | 'TRIM_HORIZON', Enabled: boolean) {
  const mapping = { FunctionName: 'reader', EventSourceArn, StartingPosition, Enabled };
  const { UUID } = await local.lambda.send(new CreateEventSourceMappingCommand(mapping));
  return UUID;
}

describe.each([
  ['an hour forward', HOUR_MS],
  ['an hour back', -HOUR_MS],
])('a mapping that starts at LATEST while the clock is %s and right again after', (_name, error) => {
  test.each([
    [
      'a stream',
      OF_RECORDS,
      async () => {
        await local.stream('events');
        return { arn: streamArn('events'), put: (text: string) => putTexts(local.kinesis, 'events', [text]) };
      },
    ],
    ['a table', OF_CHANGES, async () => ({ arn: await table('customers'), put: change })],
  ])(
    'tells what comes after it to %s, and nothing else',
    async (_source, code, make) => {
      clock.error = 0;
      const { arn, put } = await make();
      const seen = await reader(code);
      await put('earlier');
      clock.error = error;
      const UUID = await map(arn, 'LATEST', false);
      await put('wrong');
      clock.error = 0;
      await put('right');
      await local.restart();
      await put('after');
      await local.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
      expect(await seen('after')).toEqual(['wrong', 'right', 'after']);
    },
    30_000,
  );
});

test("a mapping goes on with a table's changes after those at its position have expired", async () => {
  clock.error = 0;
  const StreamArn = await table('customers');
  const seen = await reader(OF_CHANGES);
  const UUID = await map(StreamArn, 'TRIM_HORIZON', true);
  await change('before');
  await seen('before');
  clock.error = 25 * HOUR_MS;
  const streams = local.dynamodbStreams;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  await eventually(async () => {
    const start = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    const { ShardIterator } = await streams.send(start);
    return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records?.length === 0;
  }, 15_000);
  await change('after');
  // The queue tells the first one again: its visibility timeout is over by this clock.
  expect(new Set(await seen('after'))).toEqual(new Set(['before', 'after']));
  const { LastProcessingResult } = await local.lambda.send(new GetEventSourceMappingCommand({ UUID }));
  expect(LastProcessingResult).toBe('OK');
}, 40_000);
