import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { buildSync } from 'esbuild';
import { startTestEndpoint, type TestEndpoint } from '../local/src/testing/endpoint';
import { LambdaFixture } from '../local/src/testing/lambda';
import { demoClients } from '../tools/src/demo/clients';
import { changeCustomers } from '../tools/src/demo/customers';
import { showSearch } from '../tools/src/demo/movements';

/*
 * The function that moves words around the perimeter, as it is bundled, with no more rights than the stack gives it. That
 * Terraform sets it up so is in stacks-full.test.ts.
 */

let endpoint: TestEndpoint;
let lambda: LambdaFixture;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  endpoint = await startTestEndpoint();
  lambda = new LambdaFixture(endpoint);
  dynamo = new DynamoDBClient(endpoint.config);
});

afterAll(async () => {
  lambda.close();
  dynamo.destroy();
  await endpoint.close();
  expect(endpoint.faults).toEqual([]);
});

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
  const role = await lambda.role('search', [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'dynamodb:BatchWriteItem',
  ]);
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, '..', 'consumers', 'movements', 'search-index', 'index.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
  });
  const variables = { Environment: { Variables: { SEARCH_TABLE: 'words' } } };
  await lambda.make('search-index', role, outputFiles[0]?.text ?? '', variables);
  await lambda.client.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'search-index',
      EventSourceArn,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
    }),
  );
  await changeCustomers(dynamo, 'customers', { added: 60, changed: 20, removed: 15 });
  const said: string[] = [];
  const { signal } = new AbortController();
  const watch = {
    clients: demoClients(endpoint.url),
    signal,
    timeoutMs: 30_000,
    say: (text: string) => said.push(text),
  };
  await showSearch(watch, 'customers', 'words');
  expect(said.at(-1)).toMatch(/^10 customers are found/);
}, 60_000);
