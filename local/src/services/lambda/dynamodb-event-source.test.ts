import {
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingRequest,
  GetEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { REPORTING } from 'lakehouse-local/testing/lambda';

const local = localFixture({ enforceLimits: false });
const { dynamodb: dynamo, sqs } = local;
let role: string;

beforeAll(async () => {
  role = await local.functionRole('changes');
});

/** A table with a stream. @returns the stream's ARN */
const table = async (TableName: string): Promise<string> => {
  const { TableDescription } = await dynamo.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
  return TableDescription?.LatestStreamArn ?? '';
};

const queue = async (QueueName: string) => {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const all: unknown[] = [];
  const read = async () => {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
      );
      if (Messages.length === 0) return all;
      all.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown));
    }
  };
  return { QueueUrl, read };
};

/** Creates a table, and a function that reads its changes and reports them. */
const consumer = async (name: string, code: string, mapping: Partial<CreateEventSourceMappingRequest> = {}) => {
  const EventSourceArn = await table(name);
  const { QueueUrl, read } = await queue(`seen-${name}`);
  await local.function(name, role, REPORTING + code, { Environment: { Variables: { SEEN: QueueUrl } } });
  const { UUID } = await local.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: name,
      EventSourceArn,
      StartingPosition: 'TRIM_HORIZON',
      ...mapping,
    }),
  );
  return { UUID, EventSourceArn, read };
};

interface Change {
  readonly eventName: string;
  readonly dynamodb: { readonly Keys: { id: { S: string } }; readonly SequenceNumber: string };
}

const put = (TableName: string, id: string, n: number) =>
  dynamo.send(new PutItemCommand({ TableName, Item: { id: { S: id }, n: { N: String(n) } } }));

test('a function gets a table’s changes in order, as AWS writes them; the position survives a restart', async () => {
  const { read, EventSourceArn } = await consumer(
    'plain',
    'exports.handler = async ({ Records }) => { await tell(Records); };',
  );
  await put('plain', 'a', 1);
  await dynamo.send(
    new UpdateItemCommand({
      TableName: 'plain',
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '2' } },
    }),
  );
  await dynamo.send(new DeleteItemCommand({ TableName: 'plain', Key: { id: { S: 'a' } } }));
  const changes = async () => ((await read()) as Change[][]).flat();
  await eventually(async () => (await changes()).length === 3);
  expect((await changes()).map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
  expect((await changes())[1]).toEqual({
    eventID: expect.any(String),
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: { id: { S: 'a' } },
      NewImage: { id: { S: 'a' }, n: { N: '2' } },
      OldImage: { id: { S: 'a' }, n: { N: '1' } },
      SequenceNumber: expect.stringMatching(/^\d{21}$/),
      SizeBytes: expect.any(Number),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: EventSourceArn,
  });
  await local.restart();
  await put('plain', 'b', 1);
  await eventually(async () => (await changes()).some(({ dynamodb }) => dynamodb.Keys.id.S === 'b'));
  // Records finished before the restart aren't repeated.
  expect(await changes()).toHaveLength(4);
});

test('filters, bisection and the on-failure queue do as for Kinesis', async () => {
  const dead = await queue('dead-changes');
  const { read, EventSourceArn, UUID } = await consumer(
    'poisoned',
    `exports.handler = async ({ Records }) => {
       const ids = Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
       if (ids.includes('poison')) throw new Error('poison');
       await tell(ids);
     };`,
    {
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ dynamodb: { NewImage: { n: { N: ['1'] } } } }) }] },
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      ParallelizationFactor: 2,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:dead-changes' } },
    },
  );
  const ids = ['a', 'b', 'poison', 'c', 'd'];
  for (const id of ids) await put('poisoned', id, 1);
  await put('poisoned', 'filtered', 2);
  const [letter] = await eventually(async () => (await dead.read()).length > 0 && dead.read());
  expect(letter).toMatchObject({
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
    DDBStreamBatchInfo: { batchSize: 1, streamArn: EventSourceArn, shardId: expect.stringMatching(/^shardId-/) },
  });
  await eventually(async () => ((await read()) as string[][]).flat().length === 4);
  expect(((await read()) as string[][]).flat().sort()).toEqual(['a', 'b', 'c', 'd']);
  const shown = await local.lambda.send(new GetEventSourceMappingCommand({ UUID }));
  expect(shown).toMatchObject({ State: 'Enabled', StartingPosition: 'TRIM_HORIZON' });
});

test('a table’s changes have no place for a time, and need the right to read them', async () => {
  const blind = await local.functionRole('blind', ['logs:*']);
  await local.function('blind', blind, 'exports.handler = async () => {};');
  const EventSourceArn = await table('hidden');
  const create = (more: Partial<CreateEventSourceMappingRequest>) =>
    local.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'blind',
        EventSourceArn,
        StartingPosition: 'LATEST',
        ...more,
      }),
    );
  await expect(create({})).rejects.toThrow(/Cannot access stream/);
  await expect(create({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date() })).rejects.toThrow(
    /Unsupported starting position for DynamoDB/,
  );
});
