import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AthenaClient } from '@aws-sdk/client-athena';
import { runQuery } from '../tools/src/query/athena';
import { formatRows } from '../tools/src/query/format';

/** A service that speaks Athena's protocol, with answers that are rare in a small result: pages, failures, nulls. */
let server: Server;
let client: AthenaClient;
const calls: string[] = [];
let answers: Record<string, (body: Record<string, unknown>) => object>;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      calls.push(operation);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify(answers[operation]?.(JSON.parse(text)) ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new AthenaClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});

const row = (...values: (string | null)[]) => ({
  Data: values.map((value) => (value === null ? {} : { VarCharValue: value })),
});
const metadata = {
  ColumnInfo: [
    { Name: 'uuid', Type: 'varchar' },
    { Name: 'n', Type: 'bigint' },
  ],
};

test('all pages are read, the header is no row, null is null', async () => {
  let polls = 0;
  answers = {
    StartQueryExecution: () => ({ QueryExecutionId: 'q1' }),
    GetQueryExecution: () => ({
      QueryExecution: {
        StatementType: 'DML',
        Status: { State: ++polls < 3 ? 'RUNNING' : 'SUCCEEDED' },
        Statistics: { DataScannedInBytes: 7 },
      },
    }),
    GetQueryResults: ({ NextToken }) =>
      NextToken === undefined
        ? { NextToken: 'p2', ResultSet: { ResultSetMetadata: metadata, Rows: [row('uuid', 'n'), row('a', '1')] } }
        : { ResultSet: { ResultSetMetadata: metadata, Rows: [row('uuid', 'n'), row('b', null)] } },
  };
  const result = await runQuery({ client, sql: 'SELECT 1', workgroup: 'w' });
  expect(result).toMatchObject({ columns: ['uuid', 'n'], scannedBytes: 7 });
  expect(result.rows).toEqual([
    ['a', '1'],
    ['uuid', 'n'],
    ['b', null],
  ]);
});

test('a failed query says why; one that takes too long, or that nobody waits for, is stopped', async () => {
  answers = {
    StartQueryExecution: () => ({ QueryExecutionId: 'q2' }),
    GetQueryExecution: () => ({
      QueryExecution: { Status: { State: 'FAILED', StateChangeReason: "line 1:15: Table 'x' does not exist" } },
    }),
  };
  await expect(runQuery({ client, sql: 'SELECT', workgroup: 'w' })).rejects.toThrow(
    "the query failed: line 1:15: Table 'x' does not exist",
  );
  answers.GetQueryExecution = () => ({ QueryExecution: { Status: { State: 'RUNNING' } } });
  calls.length = 0;
  await expect(runQuery({ client, sql: 'SELECT', workgroup: 'w', timeoutMs: 0 })).rejects.toMatchObject({
    message: expect.stringContaining('took longer'),
    exitCode: 1,
  });
  expect(calls).toContain('StopQueryExecution');
  calls.length = 0;
  const interrupted = runQuery({ client, sql: 'SELECT', workgroup: 'w', signal: AbortSignal.abort() });
  await expect(interrupted).rejects.toMatchObject({ exitCode: 130 });
  expect(calls).toContain('StopQueryExecution');
});

describe('rows are printed', () => {
  const result = {
    columns: ['a', 'long_name'],
    rows: [
      ['1', 'x,"y"\nz'],
      [null, 'w'],
    ],
    scannedBytes: 0,
    milliseconds: 0,
  };
  test('as a table', () => {
    expect(formatRows(result, 'table')).toBe(' a | long_name\n---+-----------\n 1 | x,"y" z\n   | w\n(2 rows)\n');
  });
  test('as CSV, null apart from the empty string', () => {
    expect(formatRows(result, 'csv')).toBe('"a","long_name"\n"1","x,""y""\nz"\n,"w"\n');
  });
  test('as a line of JSON a row', () => {
    expect(
      formatRows(result, 'json')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { a: '1', long_name: 'x,"y"\nz' },
      { a: null, long_name: 'w' },
    ]);
  });
});
