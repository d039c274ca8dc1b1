import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { scanAll } from '../src/demo/customers';
import { BatchWriter } from '../src/load/batch-writer';
import type { KeyType } from '../src/load/table-key';

/*
 * The command runs as a process; a proxy between it and the endpoint plays a table with little capacity: it takes some
 * items of a batch and leaves the others unprocessed, or throttles all.
 */
const lake = lakeFixture();
const { dynamodb } = lake;
let proxy: Server;
let url: string;
/** Number of a batch's items that the proxy takes, or its throttling of all. */
let takes: (calls: number) => number | 'throttled' = () => 25;
let calls = 0;
let onCall: (calls: number) => void = () => {};

beforeAll(async () => {
  proxy = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const onward = async (text: string) => {
        const { 'content-length': _length, host: _host, connection: _connection, ...headers } = incoming.headers;
        const response = await fetch(`${lake.url}${incoming.url}`, {
          method: 'POST',
          headers: headers as Record<string, string>,
          body: text,
        });
        return { status: response.status, text: await response.text() };
      };
      const isBatch = String(incoming.headers['x-amz-target']).endsWith('BatchWriteItem');
      const { status, text } = isBatch ? await batch(body, onward) : await onward(body);
      answer.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
});
beforeEach(() => {
  takes = () => 25;
  onCall = () => {};
  calls = 0;
});

type Answer = { readonly status: number; readonly text: string };

async function batch(body: string, onward: (text: string) => Promise<Answer>): Promise<Answer> {
  onCall(++calls);
  const taken = takes(calls);
  if (taken === 'throttled') {
    const name = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    return { status: 400, text: JSON.stringify({ __type: name, message: 'too much' }) };
  }
  const { RequestItems } = JSON.parse(body) as { RequestItems: Record<string, object[]> };
  const [table = '', requests = []] = Object.entries(RequestItems)[0] ?? [];
  const left = requests.slice(taken);
  const some = JSON.stringify({ RequestItems: { [table]: requests.slice(0, taken) } });
  const answer = taken === 0 ? { status: 200, text: '{}' } : await onward(some);
  if (answer.status !== 200 || left.length === 0) return answer;
  return { status: 200, text: JSON.stringify({ UnprocessedItems: { [table]: left } }) };
}

async function table(TableName: string, key: Readonly<Record<string, KeyType>>): Promise<void> {
  const names = Object.keys(key);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: key[AttributeName] })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
}

type Ended = { readonly code: unknown; readonly stdout: string; readonly stderr: string };

/** Starts the command. */
function start(...args: string[]) {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const cli = join(__dirname, '../dist/commands/load.js');
  let child: ReturnType<typeof execFile> | undefined;
  const ended = new Promise<Ended>((resolve) => {
    child = execFile(process.execPath, [cli, '--workgroup', 'lakehouse', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
    );
    child.stdin?.end();
  });
  return { ended, kill: (signal: NodeJS.Signals) => child?.kill(signal) };
}

const COUNTS = `SELECT 'hour' AS field, CAST(n AS varchar) AS value, n * 7 AS records, CAST(n AS decimal(38, 2)) / 4 AS mean
  FROM UNNEST(sequence(1, 1000)) AS t(n)`;
const LOADED =
  /^loaded 1,000 items into (\S+), of 1,000 rows(; \d+ calls? repeated after throttling)? \(query [-0-9a-f]+\)\.\n$/;

test('1,000 rows into a table that takes a part of each batch, and is throttled: killed in the middle and run again, the items are those of one load', async () => {
  await Promise.all([table('calm', { field: 'S', value: 'S' }), table('busy', { field: 'S', value: 'S' })]);
  const calm = await start('--table', 'calm', '--key', 'field,value', COUNTS).ended;
  expect(calm).toEqual({ code: 0, stdout: expect.stringMatching(LOADED), stderr: '' });

  calls = 0;
  takes = (call) => (call % 8 === 0 ? 'throttled' : 15);
  const killed = start('--table', 'busy', COUNTS);
  onCall = (call) => call === 20 && killed.kill('SIGKILL');
  expect((await killed.ended).code).toBe('SIGKILL');
  const items = await scanAll(dynamodb, 'busy');
  expect(items.length).toBeGreaterThan(0);
  expect(items.length).toBeLessThan(1000);

  onCall = () => {};
  const again = await start('--table', 'busy', COUNTS).ended;
  expect(again).toEqual({ code: 0, stdout: expect.stringMatching(LOADED), stderr: '' });
  expect(again.stdout).toContain('repeated after throttling');
  const sorted = async (name: string) =>
    (await scanAll(dynamodb, name)).map((item) => JSON.stringify(Object.entries(item).sort())).sort();
  const loaded = await sorted('busy');
  expect(loaded).toHaveLength(1000);
  expect(loaded).toEqual(await sorted('calm'));
}, 120_000);

test('Ctrl-C: what is under way is written, it says how far it came, and ends with 130', async () => {
  await table('interrupted', { value: 'S' });
  takes = () => 5;
  const loading = start('--table', 'interrupted', COUNTS);
  onCall = (call) => call === 12 && loading.kill('SIGINT');
  const { code, stdout, stderr } = await loading.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  const [, written] = /^load: interrupted: loaded (\d+) items into interrupted, of [\d,]+ rows/.exec(stderr) ?? [];
  expect(Number(written)).toBe((await scanAll(dynamodb, 'interrupted')).length);
}, 60_000);

test('what is no item is told, with its reason, and all else is loaded; a dry run says the same and writes nothing', async () => {
  await table('mixed', { id: 'N' });
  const sql = `SELECT * FROM (VALUES
    (1.0, 'a', 0e0, true, DATE '2026-11-26', ARRAY[1, 2]),
    (2.5, '', nan(), false, NULL, NULL),
    (1.00, 'the key of the first', 1e0, NULL, NULL, NULL),
    (NULL, 'no key', 1e0, NULL, NULL, NULL),
    (3.25, NULL, 1.5e300, NULL, NULL, NULL),
    (4.00, 'last', -2.5e-7, NULL, NULL, NULL)) AS t(id, name, n, b, d, list)`;
  const dry = await start('--table', 'mixed', '--dry-run', sql).ended;
  expect(await scanAll(dynamodb, 'mixed')).toEqual([]);
  const { code, stdout, stderr } = await start('--table', 'mixed', sql).ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^loaded 2 items into mixed, of 6 rows; 3 refused; 1 with a key that an earlier row has \(query /,
  );
  expect(stderr.trim().split('\n').sort()).toEqual([
    '1 row not loaded, such as row 3: an earlier row has the same key (id = 1.00), and only the first of a key is written',
    expect.stringMatching(/^1 row refused, such as row 2: "n" is NaN, which DynamoDB takes for no number$/),
    expect.stringMatching(/^1 row refused, such as row 4: the key "id" is null$/),
    expect.stringMatching(/^1 row refused, such as row 5: "n" is 1\.5E300, and a number of DynamoDB is between/),
  ]);
  expect(dry).toEqual({ code: 1, stdout: expect.stringContaining('\nwould load 2 items into mixed'), stderr });
  const first = await dynamodb.send(new GetItemCommand({ TableName: 'mixed', Key: { id: { N: '1' } } }));
  expect(first.Item).toEqual({
    id: { N: '1' },
    name: { S: 'a' },
    n: { N: '0' },
    b: { BOOL: true },
    d: { S: '2026-11-26' },
    list: { S: '[1, 2]' },
  });
}, 60_000);

test('the result of a query that was run before; an item that DynamoDB refuses keeps no other back', async () => {
  await table('long', { id: 'S' });
  const { QueryExecutionId: id = '' } = await lake.run(
    `SELECT CASE WHEN n = 40 THEN rpad('x', 2100, 'x') ELSE CAST(n AS varchar) END AS id FROM UNNEST(sequence(1, 60)) AS t(n)`,
  );
  const { code, stdout, stderr } = await start('--table', 'long', '--query-execution-id', id).ended;
  expect(code).toBe(1);
  expect(stdout).toBe(`loaded 59 items into long, of 60 rows; 1 refused (query ${id}).\n`);
  expect(stderr).toMatch(/^1 row refused, such as row 40: .*2048/);
  expect(await scanAll(dynamodb, 'long')).toHaveLength(59);
}, 60_000);

test.each([
  [64, ['--table', 'keyed', '--key', 'uuid', 'SELECT 1'], /the key of keyed is id, not uuid/],
  [64, ['--table', 'keyed', 'SELECT 1 AS n'], /the table's key is id, and the result has no column id, only n/],
  [64, ['--table', 'keyed', 'SELECT 1 AS id, 2 AS id'], /two columns "id"/],
  [64, ['--table', 'keyed', 'SELECT true AS id'], /key "id" is a number, and the column is boolean/],
  [64, ['--table', 'keyed', 'SELECT 1; SELECT 2'], /give one statement/],
  [4, ['--table', 'nowhere', 'SELECT 1 AS id'], /there is no table nowhere/],
  [1, ['--table', 'keyed', 'SELECT no_such_column'], /the query failed/],
])(
  'exit %i: %j',
  async (code, args, said) => {
    await table('keyed', { id: 'N' }).catch(() => {});
    expect(await start(...args).ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(said) });
  },
  60_000,
);

test('a table that takes nothing at all is given up, in a sentence', async () => {
  await table('full', { id: 'S' });
  takes = () => 0;
  const client = new DynamoDBClient({ ...lake.config, endpoint: url });
  let retries = 0;
  const writer = new BatchWriter({
    client,
    table: 'full',
    key: { attributes: ['id'], types: new Map([['id', 'S']]) },
    patienceMs: 300,
    signal: new AbortController().signal,
    onWritten: () => {},
    onRefused: () => {},
    onRetry: () => retries++,
  });
  const writing = writer.write([{ row: 1, item: { id: { S: 'a' } }, key: '["a"]' }]);
  await expect(writing).rejects.toThrow('full has taken nothing of a batch for 0.3 s (all came back unprocessed)');
  expect(retries).toBeGreaterThan(1);
  client.destroy();
});
