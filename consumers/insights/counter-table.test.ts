import { CreateTableCommand, ScanCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { localFixture } from 'lakehouse-local/testing';
import { CounterTable } from './counter-table';

const local = localFixture();
const { dynamodb } = local;

beforeAll(async () => {
  const keys = [
    ['field', 'HASH'],
    ['value', 'RANGE'],
  ] as const;
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'counters',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map(([AttributeName]) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 0.1 }, { TableName: 'counters' });
});

async function counted() {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'counters' }));
  return Object.fromEntries(Items.map(({ value, records }) => [value?.S, Number(records?.N)]));
}

test('windows of all shards add up, and one that ends again is counted once', async () => {
  const table = new CounterTable(dynamodb, 'counters');
  const at = (minute: number, shardId = 'shardId-0') => ({ shardId, start: `2026-11-26T10:0${minute}:00Z` });
  await table.add('status', [['Active', 3]], at(0));
  await table.add('status', [['Active', 2]], at(0, 'shardId-1'));
  // A failure between two values: the window is retried, with values that were counted and others that weren't.
  await table.add(
    'status',
    [
      ['Active', 3],
      ['Canceled', 1],
    ],
    at(0),
  );
  expect(await counted()).toEqual({ Active: 5, Canceled: 1 });
  await table.add('status', [['Active', 10]], at(1));
  // A mapping with a reset position repeats all windows.
  await table.add(
    'status',
    [
      ['Active', 3],
      ['Canceled', 1],
    ],
    at(0),
  );
  await table.add('status', [['Active', 10]], at(1));
  expect(await counted()).toEqual({ Active: 15, Canceled: 1 });
});

test('a table that is not there fails the window, so that Lambda ends it again', async () => {
  const missing = new CounterTable(dynamodb, 'elsewhere');
  const window = { shardId: 'shardId-0', start: '2026-11-26T10:00:00Z' };
  await expect(missing.add('status', [['Active', 1]], window)).rejects.toThrow('not found');
});
