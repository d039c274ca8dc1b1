import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { eventually, localFixture } from 'lakehouse-local/testing';

const { dynamodb, cloudwatch } = localFixture();
const TableName = 'metered';

/** Sum and number of samples of a metric over the last hour. */
async function statistics(MetricName: string, dimensions: Readonly<Record<string, string>>) {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/DynamoDB',
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 60,
      Statistics: ['Sum', 'SampleCount'],
    }),
  );
  const total = (of: 'Sum' | 'SampleCount') => Datapoints.reduce((sum, point) => sum + (point[of] ?? 0), 0);
  return { sum: total('Sum'), samples: total('SampleCount'), unit: Datapoints[0]?.Unit };
}

test('what requests take is in CloudWatch: latency and rows by operation, units by table and index, errors', async () => {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-kind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
  const items = Array.from({ length: 10 }, (_none, index) => ({ id: { S: `i${index}` }, kind: { S: 'a' } }));
  // A table that is named by its ARN is measured by its name.
  const TableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
  const puts = items.map((Item) => ({ PutRequest: { Item } }));
  await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableArn]: puts } }));
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: 'big' }, text: { S: 'x'.repeat(2000) } } }));
  const condition = { ConditionExpression: 'attribute_not_exists(id)' };
  const again = { TableName, Item: items[0] as (typeof items)[0], ...condition };
  await dynamodb.send(new PutItemCommand(again)).catch(() => {});
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: again }] })).catch(() => {});
  for (const Key of [{ id: { S: 'i1' } }, { id: { S: 'none' } }, { id: { S: 'big' } }])
    await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  const values = { ExpressionAttributeValues: { ':k': { S: 'a' } }, KeyConditionExpression: 'kind = :k' };
  await dynamodb.send(new QueryCommand({ TableName, IndexName: 'by-kind', ...values }));
  await dynamodb.send(new ExecuteStatementCommand({ Statement: `SELECT * FROM "${TableName}" WHERE id = 'i2'` }));
  await dynamodb.send(new QueryCommand({ TableName, ...values })).catch(() => {});

  const table = { TableName };
  const of = (Operation: string) => ({ TableName, Operation });
  const read = async () => ({
    batch: (await statistics('SuccessfulRequestLatency', of('BatchWriteItem'))).samples,
    puts: (await statistics('SuccessfulRequestLatency', of('PutItem'))).samples,
    gets: (await statistics('SuccessfulRequestLatency', of('GetItem'))).samples,
    statements: (await statistics('SuccessfulRequestLatency', of('ExecuteStatement'))).samples,
    returned: await statistics('ReturnedItemCount', of('Query')),
    written: await statistics('ConsumedWriteCapacityUnits', table),
    indexed: await statistics('ConsumedWriteCapacityUnits', { ...table, GlobalSecondaryIndexName: 'by-kind' }),
    read: await statistics('ConsumedReadCapacityUnits', table),
    failed: await statistics('ConditionalCheckFailedRequests', table),
    errors: await statistics('UserErrors', {}),
  });
  const expected = {
    batch: 1,
    puts: 1,
    gets: 3,
    statements: 1,
    returned: { sum: 10, samples: 1, unit: 'Count' },
    // Ten items of one unit each, and one of two units.
    written: { sum: 12, samples: 2, unit: 'Count' },
    indexed: { sum: 10, samples: 1, unit: 'Count' },
    // Three consistent reads of one unit each, and one by PartiQL of half a unit.
    read: { sum: 3.5, samples: 4, unit: 'Count' },
    failed: { sum: 2, samples: 2, unit: 'Count' },
    // The canceled transaction, and the query without the table's key.
    errors: { sum: 2, samples: 2, unit: 'Count' },
  };
  // All metrics are published together: one is enough to wait for.
  await eventually(async () => (await statistics('UserErrors', {})).samples >= 2);
  expect(await read()).toEqual(expected);
  const { sum, unit } = await statistics('SuccessfulRequestLatency', of('GetItem'));
  expect({ isPositive: sum > 0, unit }).toEqual({ isPositive: true, unit: 'Milliseconds' });
}, 30_000);
