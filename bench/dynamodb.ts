/**
 * DynamoDB of the endpoint, beside dynalite if it is there: items put in batches, items put one by one, and a Query of 100
 * items. Both servers have a process of their own, and are driven by the same official client from this one.
 * Run: npm run bench:dynamodb [-- --seconds 5 --dynalite /path/to/dynalite/cli.js]
 * dynalite is no dependency of this project: `npm install --prefix /tmp/dynalite dynalite` brings it for a run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { parseArgs } from 'node:util';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { withEndpoint } from './endpoint';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, dynalite: { type: 'string' } },
});
const RUN_MS = Number(values.seconds) * 1000;
const TableName = 'bench';
const BATCH = 25;
const CONNECTIONS = 8;
const QUERIES = 300;
const DYNALITE_PORT = 4597;

interface Config {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

interface Figures {
  readonly batched: number;
  readonly single: number;
  readonly p50: number;
  readonly p99: number;
}

let made = 0;
/** An item of about 150 bytes with its own key. */
function item(partition = `p${made++ % 1000}`) {
  return {
    id: { S: partition },
    at: { N: String(made++) },
    name: { S: 'Ada Lovelace' },
    email: { S: 'ada@example.com' },
    score: { N: '1234.5678' },
    active: { BOOL: true },
    tags: { L: [{ S: 'a' }, { S: 'b' }] },
  };
}

async function measure(config: Config): Promise<Figures> {
  const client = new DynamoDBClient({
    ...config,
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS }) },
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.5 }, { TableName });
  const putBatch = async () => {
    const RequestItems = {
      [TableName]: Array.from({ length: BATCH }, () => ({ PutRequest: { Item: item() } })),
    };
    const { UnprocessedItems = {} } = await client.send(new BatchWriteItemCommand({ RequestItems }));
    if (Object.keys(UnprocessedItems).length > 0) throw new Error('Items were not processed.');
    return BATCH;
  };
  const putOne = async () => {
    await client.send(new PutItemCommand({ TableName, Item: item() }));
    return 1;
  };
  for (let index = 0; index < 4; index += 1)
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: Array.from({ length: BATCH }, () => ({ PutRequest: { Item: item('hundred') } })),
        },
      }),
    );
  await rate(putBatch, 1000);
  const batched = await rate(putBatch, RUN_MS);
  const single = await rate(putOne, RUN_MS);
  const times: number[] = [];
  for (let index = 0; index < QUERIES; index += 1) {
    const began = performance.now();
    const { Count } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: { ':id': { S: 'hundred' } },
      }),
    );
    if (Count !== 4 * BATCH) throw new Error(`${Count} items were found.`);
    times.push(performance.now() - began);
  }
  client.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] as number;
  return { batched, single, p50: at(0.5), p99: at(0.99) };
}

/** Items a second, over some connections. */
async function rate(put: () => Promise<number>, ms: number): Promise<number> {
  const began = performance.now();
  let items = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() - began < ms) items += await put();
    }),
  );
  return items / ((performance.now() - began) / 1000);
}

async function measureDynalite(cli: string): Promise<Figures> {
  const child = spawn(process.execPath, [cli, '--port', String(DYNALITE_PORT), '--createTableMs', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    return await measure({ endpoint: `http://127.0.0.1:${DYNALITE_PORT}`, region: 'us-east-1', credentials });
  } finally {
    child.kill();
  }
}

function print(name: string, { batched, single, p50, p99 }: Figures): void {
  const cells = [batched.toFixed(0), single.toFixed(0), p50.toFixed(2), p99.toFixed(2)];
  console.log(`${name.padEnd(10)} ${cells.map((cell) => cell.padStart(14)).join('')}`);
}

async function main(): Promise<void> {
  const titles = ['batched put/s', 'PutItem/s', 'Query p50 ms', 'Query p99 ms'];
  console.log(`${''.padEnd(10)} ${titles.map((title) => title.padStart(14)).join('')}`);
  const own = await withEndpoint([], async ({ config, peak }) => {
    const figures = await measure(config);
    print('endpoint', figures);
    console.log(`           ${peak()} MB at most`);
    return figures;
  });
  if (values.dynalite === undefined) return;
  const other = await measureDynalite(values.dynalite);
  print('dynalite', other);
  console.log(
    `times      ${[own.batched / other.batched, own.single / other.single, other.p50 / own.p50].map((one) => one.toFixed(1).padStart(14)).join('')}`,
  );
}

void main();
