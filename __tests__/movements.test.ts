import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, PutRecordsCommand, waitUntilStreamExists } from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { buildSync } from 'esbuild';
import { localFixture } from 'lakehouse-local/testing';
import { demoClients } from '../tools/src/demo/clients';
import { changeCustomers } from '../tools/src/demo/customers';
import { showCounters, showSearch } from '../tools/src/demo/movements';

/*
 * The bundled functions that move data around the perimeter and inside-out, with the permissions that the stack gives
 * them, no more. stacks-full.test.ts shows that Terraform sets them up so.
 */

const local = localFixture();
const { dynamodb: dynamo } = local;

/** A table with keys of text. @returns its stream's ARN */
async function table(TableName: string, ...keys: readonly string[]): Promise<string | undefined> {
  const { TableDescription } = await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
  return TableDescription?.LatestStreamArn;
}

test('customers that come, change and go are found by the beginning of a word, and no others', async () => {
  const EventSourceArn = await table('customers', 'id');
  await table('words', 'letters', 'entry');
  const role = await local.functionRole('search', [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'dynamodb:BatchWriteItem',
  ]);
  await local.function('search-index', role, bundled('movements/search-index'), {
    Environment: { Variables: { SEARCH_TABLE: 'words' } },
  });
  await local.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'search-index',
      EventSourceArn,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
    }),
  );
  await changeCustomers(dynamo, 'customers', { added: 60, changed: 20, removed: 15 });
  const { watch, said } = watching();
  await showSearch(watch, 'customers', 'words');
  expect(said.at(-1)).toMatch(/^The search finds 10 customers: the same as a Scan of customers/);
}, 120_000);

test('what insights counts in windows adds up in the table of counters', async () => {
  await table('counters', 'field', 'value');
  const { kinesis } = local;
  await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 2 }));
  await waitUntilStreamExists(
    { client: kinesis, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 },
    { StreamName: 'events' },
  );
  const role = await local.functionRole('insights', [
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'cloudwatch:PutMetricData',
    'dynamodb:UpdateItem',
  ]);
  await local.function('insights', role, bundled('insights'), {
    Environment: { Variables: { METRICS_NAMESPACE: 'Lake', COUNTERS_TABLE: 'counters' } },
  });
  await local.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'insights',
      EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
      StartingPosition: 'TRIM_HORIZON',
      TumblingWindowInSeconds: 1,
    }),
  );
  const put = (count: number, status: string) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: 'events',
        Records: Array.from({ length: count }, (_none, index) => ({
          PartitionKey: String(index),
          Data: Buffer.from(JSON.stringify({ status })),
        })),
      }),
    );
  await put(300, 'Active');
  await sleep(1_100);
  await Promise.all([put(50, 'Active'), put(7, 'Canceled')]);
  const counts = { columns: ['status', 'records'], scannedBytes: 0, milliseconds: 0 };
  const rows = [
    ['Active', '350'],
    ['Canceled', '7'],
  ];
  const { watch, said } = watching();
  await showCounters(watch, 'counters', 'status', { ...counts, rows });
  expect(said.at(-1)).toBe('SQL counts the same.');
}, 120_000);

/** The package of a function as the stack would make it. @param folder below `consumers/` */
function bundled(folder: string): string {
  const entryPoints = [join(__dirname, '..', 'consumers', folder, 'index.ts')];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, write: false, platform: 'node', format: 'cjs' });
  return outputFiles[0]?.text ?? '';
}

/** Watch of the demo's waits, with its output. */
function watching() {
  const said: string[] = [];
  const clients = demoClients(local.url);
  const { signal } = new AbortController();
  return { said, watch: { clients, signal, timeoutMs: 40_000, say: (text: string) => said.push(text) } };
}
