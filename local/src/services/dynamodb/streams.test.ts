import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  EnableKinesisStreamingDestinationCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import {
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetShardIteratorCommand as GetKinesisIterator,
  GetRecordsCommand as GetKinesisRecords,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { eventually, localFixture, TestClock } from 'lakehouse-local/testing';

const HOUR_MS = 3_600_000;
const clock = new TestClock();
const local = localFixture({ each: true, clock });
const { dynamodb: client, dynamodbStreams: streams } = local;

async function makeTable(TableName: string, StreamViewType?: 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY'): Promise<string> {
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      ...(StreamViewType !== undefined && { StreamSpecification: { StreamEnabled: true, StreamViewType } }),
    }),
  );
  clock.advance(1000);
  return TableDescription?.LatestStreamArn ?? '';
}

const put = (TableName: string, id: string, more: object = {}) =>
  client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, ...more } }));
const remove = (TableName: string, id: string) =>
  client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));

async function shardsOf(StreamArn: string) {
  return (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription?.Shards ?? [];
}

/** All records, parents before children. */
async function recordsOf(StreamArn: string): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  for (const { ShardId } of await shardsOf(StreamArn)) {
    const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(start));
    while (ShardIterator !== undefined) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
      records.push(...(page.Records ?? []));
      ShardIterator = page.Records?.length === 0 ? undefined : page.NextShardIterator;
    }
  }
  return records;
}

test('a stream has each change once, in order, with the images of its view type', async () => {
  const arn = await makeTable('changes', 'NEW_AND_OLD_IMAGES');
  const keysOnly = await makeTable('keys', 'KEYS_ONLY');
  await put('changes', 'a', { n: { N: '1' } });
  // A write without a change has no record.
  await put('changes', 'a', { n: { N: '1.0' } });
  await put('changes', 'a', { n: { N: '2' }, b: { B: Uint8Array.of(1) } });
  await remove('changes', 'absent');
  await remove('changes', 'a');
  await put('keys', 'k', { n: { N: '1' } });
  const records = await recordsOf(arn);
  const keys = { id: { S: 'a' } };
  const second = { ...keys, n: { N: '2' }, b: { B: Uint8Array.of(1) } };
  expect(records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage, dynamodb?.NewImage])).toEqual([
    ['INSERT', undefined, { ...keys, n: { N: '1' } }],
    ['MODIFY', { ...keys, n: { N: '1' } }, second],
    ['REMOVE', second, undefined],
  ]);
  expect(records[0]).toMatchObject({
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: { Keys: keys, StreamViewType: 'NEW_AND_OLD_IMAGES', SizeBytes: 9 },
  });
  const numbers = records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0));
  expect(numbers).toEqual([...numbers].sort((x, y) => (x < y ? -1 : 1)));
  const [only] = await recordsOf(keysOnly);
  expect([only?.dynamodb?.Keys, only?.dynamodb?.NewImage]).toEqual([{ id: { S: 'k' } }, undefined]);
});

test('shards end after hours with a child, records after a day, and a disabled stream can be read on', async () => {
  const arn = await makeTable('hours', 'NEW_AND_OLD_IMAGES');
  await put('hours', 'a');
  clock.advance(5 * HOUR_MS);
  await put('hours', 'b');
  const [parent, child] = await shardsOf(arn);
  expect(child?.ParentShardId).toBe(parent?.ShardId);
  expect(parent?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined();
  expect((await recordsOf(arn)).map(({ dynamodb }) => dynamodb?.Keys?.id?.S)).toEqual(['a', 'b']);
  const disable = { TableName: 'hours', StreamSpecification: { StreamEnabled: false } };
  await client.send(new UpdateTableCommand(disable));
  await put('hours', 'c');
  await local.restart();
  expect(await recordsOf(arn)).toHaveLength(2);
  clock.advance(20 * HOUR_MS);
  await eventually(async () => (await recordsOf(arn)).length === 1);
  clock.advance(5 * HOUR_MS);
  await eventually(() =>
    streams.send(new DescribeStreamCommand({ StreamArn: arn })).then(
      () => false,
      ({ name }: Error) => name === 'ResourceNotFoundException',
    ),
  );
});

test('time to live deletes what has expired, and its records say who did', async () => {
  const arn = await makeTable('sessions', 'NEW_AND_OLD_IMAGES');
  const at = (ms: number) => ({ until: { N: String(Math.floor((clock.now() + ms) / 1000)) } });
  await put('sessions', 'before', at(HOUR_MS));
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: 'sessions',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' },
    }),
  );
  await put('sessions', 'soon', at(HOUR_MS));
  await put('sessions', 'prolonged', at(HOUR_MS));
  await put('sessions', 'prolonged', at(3 * HOUR_MS));
  await put('sessions', 'text', { until: { S: '1' } });
  clock.advance(2 * HOUR_MS);
  const isThere = async (id: string) => {
    const { Item } = await client.send(new GetItemCommand({ TableName: 'sessions', Key: { id: { S: id } } }));
    return Item !== undefined;
  };
  await eventually(async () => !(await isThere('before')) && !(await isThere('soon')));
  expect([await isThere('prolonged'), await isThere('text')]).toEqual([true, true]);
  const removed = (await recordsOf(arn)).filter(({ eventName }) => eventName === 'REMOVE');
  expect(removed.map(({ userIdentity }) => userIdentity)).toEqual(
    Array(2).fill({ Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }),
  );
});

test('a Kinesis stream gets each change once, and those of an item in order', async () => {
  const { kinesis } = local;
  await local.stream('lake', 2);
  await makeTable('customers');
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'lake' }));
  const StreamArn = StreamDescriptionSummary?.StreamARN ?? '';
  await client.send(
    new EnableKinesisStreamingDestinationCommand({
      TableName: 'customers',
      StreamArn,
      EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' },
    }),
  );
  clock.advance(1000);
  const described = await client.send(new DescribeKinesisStreamingDestinationCommand({ TableName: 'customers' }));
  expect(described.KinesisDataStreamDestinations).toEqual([
    { StreamArn, DestinationStatus: 'ACTIVE', ApproximateCreationDateTimePrecision: 'MICROSECOND' },
  ]);
  for (let round = 0; round < 3; round += 1)
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) =>
        client.send(
          new UpdateItemCommand({
            TableName: 'customers',
            Key: { id: { S: id } },
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          }),
        ),
      ),
    );
  await local.restart();
  await remove('customers', 'a');
  const received = await eventually(async () => {
    const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: 'lake' }));
    const all: { eventName: string; tableName: string; dynamodb: Record<string, never> }[] = [];
    for (const { ShardId } of Shards) {
      const start = { StreamName: 'lake', ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
      const { ShardIterator } = await kinesis.send(new GetKinesisIterator(start));
      const { Records = [] } = await kinesis.send(new GetKinesisRecords({ ShardIterator }));
      all.push(...Records.map(({ Data }) => JSON.parse(Buffer.from(Data ?? []).toString('utf8'))));
    }
    return all.length === 13 && all;
  });
  for (const id of ['b', 'c', 'd']) {
    const own = received.filter(({ dynamodb }) => (dynamodb as { Keys?: { id?: { S?: string } } }).Keys?.id?.S === id);
    expect(own.map(({ dynamodb }) => (dynamodb as { NewImage?: { n?: object } }).NewImage?.n)).toEqual(
      ['1', '2', '3'].map((N) => ({ N })),
    );
  }
  const gone = received.find(({ eventName }) => eventName === 'REMOVE');
  expect(gone).toMatchObject({
    awsRegion: 'us-east-1',
    userIdentity: null,
    recordFormat: 'application/json',
    tableName: 'customers',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      ApproximateCreationDateTime: clock.now() * 1000,
      ApproximateCreationDateTimePrecision: 'MICROSECOND',
      OldImage: { id: { S: 'a' }, n: { N: '3' } },
    },
  });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'customers' }));
  expect(Table?.ItemCount).toBe(3);
});

test('changes for a Kinesis stream that is gone wait, are told once, and go with their table', async () => {
  const { kinesis } = local;
  await local.stream('gone', 1);
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'gone' }));
  const StreamArn = StreamDescriptionSummary?.StreamARN ?? '';
  await makeTable('orphans');
  await client.send(new EnableKinesisStreamingDestinationCommand({ TableName: 'orphans', StreamArn }));
  await kinesis.send(new DeleteStreamCommand({ StreamName: 'gone' }));
  await put('orphans', 'a');
  await put('orphans', 'a', { n: { N: '1' } });
  await eventually(async () => local.faults.length > 0);
  await client.send(new DeleteTableCommand({ TableName: 'orphans' }));
  await eventually(async () => {
    const described = client.send(new DescribeTableCommand({ TableName: 'orphans' }));
    return described.then(
      () => false,
      () => true,
    );
  });
  await local.restart();
  expect(local.faults.filter((line) => !/changes wait for .*stream\/gone/.test(line))).toEqual([]);
  local.faults.length = 0;
});
