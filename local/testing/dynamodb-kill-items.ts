import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';

const TableName = 'killed-items';
const ITEMS = 50;

/** Creates a table without a stream or indexes, whose writes go to the journal. */
export async function makeItemsTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 }, { TableName });
}

/**
 * Writes items of its own, with a record of each one's possible versions: the acknowledged one, or one that a kill left
 * open.
 */
export class ItemsWriter {
  /** Possible versions by item; undefined for a possibly missing item. */
  readonly possible = new Map<string, (number | undefined)[]>();
  acknowledged = 0;
  private version = 0;

  constructor(private readonly number: number) {}

  /** One write of a random kind. */
  async write(client: DynamoDBClient): Promise<void> {
    const kind = Math.floor(Math.random() * 4);
    const first = Math.floor(Math.random() * ITEMS);
    const ids = Array.from(
      { length: kind === 0 ? 4 : 1 },
      (_none, index) => `${this.number}-${(first + index) % ITEMS}`,
    );
    const [id] = ids as [string];
    this.version += 1;
    const version = kind === 1 ? undefined : this.version;
    for (const each of ids) this.possible.set(each, [...(this.possible.get(each) ?? [undefined]), version]);
    const v = { N: String(this.version) };
    if (kind === 0) {
      const requests = ids.map((each) => ({ PutRequest: { Item: { id: { S: each }, v } } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    } else if (kind === 1) await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
    else if (kind === 2) await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, v } }));
    else
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: id } },
          UpdateExpression: 'SET v = :v',
          ExpressionAttributeValues: { ':v': v },
        }),
      );
    for (const each of ids) this.possible.set(each, [version]);
    this.acknowledged += ids.length;
  }
}

/** Violations, one line each: each item must have a version that its writer allows, and be counted. */
export async function lookAtItems(client: DynamoDBClient, writers: readonly ItemsWriter[]): Promise<string[]> {
  const faults: string[] = [];
  const found = new Map<string, number>();
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    for (const { id, v } of page.Items ?? []) found.set(id?.S ?? '', Number(v?.N));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  for (const { possible } of writers)
    for (const [id, versions] of possible)
      if (!versions.includes(found.get(id)))
        faults.push(`${id} is at ${found.get(id)}, and not at one of ${versions.join()}`);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (Table?.ItemCount !== found.size) faults.push(`${Table?.ItemCount} items are counted of ${found.size}`);
  return faults;
}
