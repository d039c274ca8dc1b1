import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { ToolError } from '../shared/errors';

/** Numbers of customers added, changed and removed; their sum is the number of changes. */
export interface CustomerChanges {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** An item as DynamoDB's API gives it. */
export type Item = Record<string, AttributeValue>;

/** A thousand changes. */
export const DEMO_CHANGES: CustomerChanges = { added: 600, changed: 250, removed: 150 };

const NAMES = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Tim', 'Frances', 'John'];
const LAST_NAMES = ['Lovelace', 'Hopper', 'Turing', 'Dijkstra', 'Liskov', 'Knuth', 'Perlman', 'Berners-Lee', 'Allen'];
const COUNTRIES = ['CL', 'DE', 'JP', 'KE', 'US'];
const BATCH = 25;
/** Concurrent requests. */
const PARALLEL = 16;

/**
 * Adds customers, changes the balance of the first ones, and removes the last ones, each by the call that an
 * application would make. Resolves when all are done.
 */
export async function changeCustomers(
  client: DynamoDBClient,
  table: string,
  { added, changed, removed }: CustomerChanges,
): Promise<void> {
  const customers = Array.from({ length: added }, (_none, index) => customer(index));
  const batches = Array.from({ length: Math.ceil(added / BATCH) }, (_none, index) =>
    customers.slice(index * BATCH, (index + 1) * BATCH).map((Item) => ({ PutRequest: { Item } })),
  );
  await eachOf(batches, (batch) => putAll(client, table, batch));
  await eachOf(customers.slice(0, changed), ({ id }) =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { id: id as AttributeValue },
        UpdateExpression: 'ADD balance :more SET last_order = :now',
        ExpressionAttributeValues: { ':more': { N: '10.50' }, ':now': { S: '2026-11-26' } },
      }),
    ),
  );
  await eachOf(customers.slice(added - removed), ({ id }) =>
    client.send(new DeleteItemCommand({ TableName: table, Key: { id: id as AttributeValue } })),
  );
}

/** All items of a table, by a consistent Scan. */
export async function scanAll(client: DynamoDBClient, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    items.push(...((page.Items ?? []) as Item[]));
  }
  return items;
}

function customer(index: number): Item {
  const pick = (from: readonly string[], at: number) => from[at % from.length] ?? '';
  const name = pick(NAMES, index);
  const lastName = pick(LAST_NAMES, Math.floor(index / NAMES.length));
  return {
    id: { S: `c-${String(index).padStart(5, '0')}` },
    email: { S: `${name}.${lastName}.${index}@example.com`.toLowerCase() },
    name: { S: `${name} ${lastName}` },
    country: { S: pick(COUNTRIES, index) },
    balance: { N: String((index * 37) % 1000) },
    labels: { SS: index % 2 === 0 ? ['newsletter', 'early'] : ['newsletter'] },
  };
}

async function putAll(client: DynamoDBClient, table: string, batch: readonly WriteRequest[]): Promise<void> {
  let left: WriteRequest[] = [...batch];
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === 10) throw new ToolError(`DynamoDB left ${left.length} items of a batch unwritten ten times.`);
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = UnprocessedItems?.[table] ?? [];
  }
}

/** Runs a function on each item, several at the same time. */
async function eachOf<T>(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
  const waiting = all.values();
  const work = async () => {
    for (const one of waiting) await act(one);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}
