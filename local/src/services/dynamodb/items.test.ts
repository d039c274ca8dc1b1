import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  ExportTableToPointInTimeCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { eventually, localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { dynamodb: client } = local;

beforeAll(async () => {
  await client.send(
    new CreateTableCommand({
      TableName: 'events',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-kind',
          KeySchema: [
            { AttributeName: 'kind', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName: 'events' });
});

const TableName = 'events';
const put = (id: string, at: string, more: object = {}) =>
  client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, at: { N: at }, ...more } }));
const sortKeys = async (id: string, more: object = {}): Promise<(string | undefined)[]> => {
  const ExpressionAttributeValues = { ':id': { S: id }, ...(more as { values?: object }).values };
  const { values: _none, condition = '', ...rest } = more as { values?: object; condition?: string };
  const KeyConditionExpression = `id = :id${condition === '' ? '' : ` AND ${condition}`}`;
  const { Items } = await client.send(
    new QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues, ...rest }),
  );
  return (Items ?? []).map(({ at }) => at?.N);
};

test('numbers are exact, and sort as numbers whatever their sign, size and form', async () => {
  const numbers = [
    '1e-130',
    '-1E+125',
    '0',
    '-0.5',
    '12345678901234567890123456789012345678',
    '2',
    '10',
    '-10',
    '-9.99',
  ];
  for (const number of numbers) await put('numbers', number);
  expect(await sortKeys('numbers')).toEqual([
    `-1${'0'.repeat(125)}`,
    '-10',
    '-9.99',
    '-0.5',
    '0',
    `0.${'0'.repeat(129)}1`,
    '2',
    '10',
    '12345678901234567890123456789012345678',
  ]);
  const between = { condition: '#at BETWEEN :a AND :b', ExpressionAttributeNames: { '#at': 'at' } };
  const values = { ':a': { N: '-9.99' }, ':b': { N: '2.0' } };
  expect(await sortKeys('numbers', { ...between, values, ScanIndexForward: false })).toEqual([
    '2',
    `0.${'0'.repeat(129)}1`,
    '0',
    '-0.5',
    '-9.99',
  ]);
  await expect(put('numbers', '1e126')).rejects.toThrow(/Number overflow/);
  await expect(put('numbers', '1'.repeat(39))).rejects.toThrow(/more than 38 significant digits/);
});

test('an update computes from the item before it, and a condition that fails changes nothing', async () => {
  await put('update', '1', {
    n: { N: '0.1' },
    parts: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] },
    tags: { SS: ['x'] },
  });
  const Key = { id: { S: 'update' }, at: { N: '1' } };
  const update = (UpdateExpression: string, more: object) =>
    client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ReturnValues: 'ALL_NEW', ...more }));
  const { Attributes } = await update(
    'SET n = n + :d, was = n, fresh = if_not_exists(fresh, :d) REMOVE parts[0], parts[1] ADD tags :t DELETE gone :t',
    { ExpressionAttributeValues: { ':d': { N: '0.2' }, ':t': { SS: ['y'] } } },
  );
  expect(Attributes).toEqual({
    ...Key,
    n: { N: '0.3' },
    was: { N: '0.1' },
    fresh: { N: '0.2' },
    parts: { L: [{ S: 'c' }] },
    tags: { SS: ['x', 'y'] },
  });
  const failed = update('SET n = :d', {
    ConditionExpression: 'n > :d AND size(tags) = :two',
    ExpressionAttributeValues: { ':d': { N: '1' }, ':two': { N: '2' } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  await expect(failed).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { n: { N: '0.3' } } });
  await expect(update('SET id = :d', { ExpressionAttributeValues: { ':d': { N: '1' } } })).rejects.toThrow(
    'Cannot update attribute id. This attribute is part of the key',
  );
});

test('an index follows its items, gives what it projects, and is read in pages', async () => {
  for (let at = 0; at < 5; at += 1) await put('indexed', String(at), { kind: { S: 'click' }, body: { S: 'x' } });
  const Key = { id: { S: 'indexed' }, at: { N: '3' } };
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET kind = :k',
      ExpressionAttributeValues: { ':k': { S: 'view' } },
    }),
  );
  await client.send(new DeleteItemCommand({ TableName, Key: { ...Key, at: { N: '0' } } }));
  const found: unknown[] = [];
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-kind',
        KeyConditionExpression: 'kind = :k',
        ExpressionAttributeValues: { ':k': { S: 'click' } },
        Limit: 2,
        ExclusiveStartKey,
      }),
    );
    found.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (ExclusiveStartKey !== undefined);
  expect(found).toEqual(['1', '2', '4'].map((at) => ({ id: { S: 'indexed' }, at: { N: at }, kind: { S: 'click' } })));
});

test('segments of a scan share the table out, and counts are of what is there', async () => {
  const writes = Array.from({ length: 25 }, (_none, index) => ({
    PutRequest: { Item: { id: { S: `scan-${index}` }, at: { N: '1' }, wanted: { BOOL: true } } },
  }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { events: writes } }));
  const ids: (string | undefined)[] = [];
  for (let Segment = 0; Segment < 3; Segment += 1) {
    const { Items } = await client.send(
      new ScanCommand({ TableName, Segment, TotalSegments: 3, FilterExpression: 'attribute_exists(wanted)' }),
    );
    ids.push(...(Items ?? []).map(({ id }) => id?.S));
  }
  expect(ids.sort()).toEqual(writes.map(({ PutRequest }) => PutRequest.Item.id.S).sort());
  const Keys = [
    { id: { S: 'scan-3' }, at: { N: '1' } },
    { id: { S: 'none' }, at: { N: '1' } },
  ];
  const got = await client.send(new BatchGetItemCommand({ RequestItems: { events: { Keys } } }));
  expect(got.Responses?.events).toHaveLength(1);
  const [{ Count = 0 }, { Table }] = await Promise.all([
    client.send(new ScanCommand({ TableName, Select: 'COUNT' })),
    client.send(new DescribeTableCommand({ TableName })),
  ]);
  expect(Table?.ItemCount).toBe(Count);
});

test('a transaction does all or nothing, and the same token once', async () => {
  const Key = { id: { S: 'money' }, at: { N: '1' } };
  await put('money', '1', { n: { N: '10' } });
  const add = {
    Update: {
      TableName,
      Key,
      UpdateExpression: 'SET n = n + :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };
  const never = {
    ConditionCheck: {
      TableName,
      Key: { id: { S: 'absent' }, at: { N: '1' } },
      ConditionExpression: 'attribute_exists(id)',
    },
  };
  const failed = client.send(new TransactWriteItemsCommand({ TransactItems: [add, never] }));
  await expect(failed).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
  });
  const once = { TransactItems: [add], ClientRequestToken: 'token' };
  await client.send(new TransactWriteItemsCommand(once));
  await client.send(new TransactWriteItemsCommand(once));
  const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
  expect(Item?.n).toEqual({ N: '11' });
  const other = { ...once, TransactItems: [add, { Delete: { TableName, Key: { ...Key, at: { N: '2' } } } }] };
  await expect(client.send(new TransactWriteItemsCommand(other))).rejects.toMatchObject({
    name: 'IdempotentParameterMismatchException',
  });
});

test('legacy parameters are refused by name', async () => {
  const legacy = { TableName, Key: { id: { S: 'a' }, at: { N: '1' } }, AttributesToGet: ['id'] };
  await expect(client.send(new GetItemCommand(legacy))).rejects.toThrow(
    /the member attributesToGet is not implemented/,
  );
});

test('a table is named by its ARN; an ARN of another region or account is not found', async () => {
  const of = (region: string, account: string) => `arn:aws:dynamodb:${region}:${account}:table/${TableName}`;
  const get = (TableName: string) =>
    client.send(new GetItemCommand({ TableName, Key: { id: { S: 'none' }, at: { N: '1' } } }));
  expect(await get(of('us-east-1', '000000000000'))).toMatchObject({ $metadata: { httpStatusCode: 200 } });
  const missing = { name: 'ResourceNotFoundException', message: 'Requested resource not found' };
  await expect(get(of('us-west-2', '000000000000'))).rejects.toMatchObject(missing);
  await expect(get(of('us-east-1', '111122223333'))).rejects.toMatchObject(missing);
  await expect(
    client.send(
      new ExportTableToPointInTimeCommand({ TableArn: of('us-west-2', '000000000000'), S3Bucket: 'no-such-bucket' }),
    ),
  ).rejects.toMatchObject({ name: 'TableNotFoundException' });
});

test('batches and transactions name tables by their ARNs, and batches answer by the names that they were given', async () => {
  const arn = (table: string, region = 'us-east-1') => `arn:aws:dynamodb:${region}:000000000000:table/${table}`;
  const item = (at: string) => ({ id: { S: 'by-arn' }, at: { N: at } });
  const [events, elsewhere] = [arn(TableName), arn(TableName, 'us-west-2')];
  const ReturnConsumedCapacity = 'TOTAL' as const;
  const puts = [{ PutRequest: { Item: item('1') } }, { PutRequest: { Item: item('2') } }];
  const written = await client.send(
    new BatchWriteItemCommand({ RequestItems: { [events]: puts }, ReturnConsumedCapacity }),
  );
  expect(written).toMatchObject({ UnprocessedItems: {}, ConsumedCapacity: [{ TableName: events }] });
  const got = await client.send(
    new BatchGetItemCommand({ RequestItems: { [events]: { Keys: [item('1')] } }, ReturnConsumedCapacity }),
  );
  expect(got).toMatchObject({ Responses: { [events]: [item('1')] }, ConsumedCapacity: [{ TableName: events }] });

  const writing = { TransactItems: [{ Put: { TableName: events, Item: item('3') } }] };
  const done = await client.send(new TransactWriteItemsCommand({ ...writing, ReturnConsumedCapacity }));
  const reading = { TransactItems: [{ Get: { TableName: events, Key: item('3') } }] };
  const read = await client.send(new TransactGetItemsCommand({ ...reading, ReturnConsumedCapacity }));
  const named = { TableName: events, ReturnConsumedCapacity } as const;
  const single = await client.send(new GetItemCommand({ ...named, Key: item('3') }));
  const scanned = await client.send(new ScanCommand(named));
  for (const { ConsumedCapacity } of [done, read, single, scanned])
    expect([ConsumedCapacity].flat()).toMatchObject([{ TableName: events }]);
  expect(read.Responses).toEqual([{ Item: item('3') }]);

  const missing = { name: 'ResourceNotFoundException', message: 'Requested resource not found' };
  const keys = { Keys: [item('1')] };
  const get = (table: string) => client.send(new BatchGetItemCommand({ RequestItems: { [table]: keys } }));
  await expect(get(elsewhere)).rejects.toMatchObject(missing);
  await expect(get(arn('no/'))).rejects.toMatchObject({ name: 'ValidationException' });
  const put = new BatchWriteItemCommand({ RequestItems: { [elsewhere]: puts } });
  await expect(client.send(put)).rejects.toMatchObject(missing);
  const transaction = new TransactGetItemsCommand({
    TransactItems: [{ Get: { TableName: elsewhere, Key: item('3') } }],
  });
  await expect(client.send(transaction)).rejects.toMatchObject(missing);
  const twice = 'Provided list of item keys contains duplicates';
  const gets = new BatchGetItemCommand({ RequestItems: { [events]: keys, [TableName]: keys } });
  await expect(client.send(gets)).rejects.toThrow(twice);
  const writes = new BatchWriteItemCommand({ RequestItems: { [events]: puts, [TableName]: puts } });
  await expect(client.send(writes)).rejects.toThrow(twice);

  const role = await local.role('batches');
  await local.permit('batches', { Effect: 'Allow', Action: 'dynamodb:BatchGetItem', Resource: events });
  const { dynamodb: reader } = await local.assume(role);
  const again = await reader.send(new BatchGetItemCommand({ RequestItems: { [events]: keys } }));
  expect(again.Responses?.[events]).toHaveLength(1);
});

test('a role can be held to its own partition, and to some attributes', async () => {
  const role = await local.role('tenant');
  const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/events';
  await local.permit('tenant', {
    Effect: 'Allow',
    Action: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:BatchWriteItem'],
    Resource: table,
    Condition: {
      'ForAllValues:StringEquals': {
        'dynamodb:LeadingKeys': ['tenant-1'],
        'dynamodb:Attributes': ['id', 'at', 'kind', 'public'],
      },
    },
  });
  const { dynamodb: tenant } = await local.assume(role);
  const item = (id: string, more: object = {}) => ({ id: { S: id }, at: { N: '1' }, ...more });
  const putAs = (Item: ReturnType<typeof item>) => tenant.send(new PutItemCommand({ TableName, Item }));
  await putAs(item('tenant-1', { public: { S: 'x' } }));
  const denied = { name: 'AccessDeniedException' };
  await expect(putAs(item('tenant-2'))).rejects.toMatchObject(denied);
  await expect(putAs(item('tenant-1', { secret: { S: 'x' } }))).rejects.toMatchObject(denied);
  const read = (id: string, FilterExpression?: string) =>
    tenant.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: { ':id': { S: id } },
        ...(FilterExpression !== undefined && { FilterExpression }),
      }),
    );
  expect((await read('tenant-1')).Count).toBe(1);
  await expect(read('tenant-2')).rejects.toMatchObject(denied);
  await expect(read('tenant-1', 'attribute_exists(secret)')).rejects.toMatchObject(denied);
  const both = ['tenant-1', 'tenant-2'].map((id) => ({ PutRequest: { Item: item(id) } }));
  const batch = tenant.send(new BatchWriteItemCommand({ RequestItems: { events: both } }));
  await expect(batch).rejects.toMatchObject(denied);
  await expect(tenant.send(new ScanCommand({ TableName }))).rejects.toMatchObject(denied);
});

test('tables and items survive a restart', async () => {
  await put('kept', '1', { text: { S: 'ü€😀' }, bytes: { B: Uint8Array.of(0, 255) } });
  await local.restart();
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: 'kept' }, at: { N: '1' } } }));
  expect(Item?.text).toEqual({ S: 'ü€😀' });
  expect([...(Item?.bytes?.B ?? [])]).toEqual([0, 255]);
});

test('an index that is added gets the items that are there, also over a restart', async () => {
  for (let start = 0; start < 1200; start += 25) {
    const writes = Array.from({ length: 25 }, (_none, index) => ({
      PutRequest: { Item: { id: { S: 'filled' }, at: { N: `${start + index}` }, colour: { S: 'red' } } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { events: writes } }));
  }
  await client.send(
    new UpdateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'colour', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'by-colour',
            KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        },
      ],
    }),
  );
  await local.restart();
  await eventually(async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return Table?.GlobalSecondaryIndexes?.every(({ IndexStatus }) => IndexStatus === 'ACTIVE');
  });
  const { Count } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-colour',
      KeyConditionExpression: 'colour = :c',
      ExpressionAttributeValues: { ':c': { S: 'red' } },
      Select: 'COUNT',
    }),
  );
  expect(Count).toBe(1200);
});
