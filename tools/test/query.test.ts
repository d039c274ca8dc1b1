import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { runQuery } from '../src/query/athena';
import { formatRows } from '../src/query/format';
import { statementsIn } from '../src/query/statements';

/** A server with Athena's protocol, for answers that are rare with small results: pages, failures, nulls. */
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

describe('SQL is taken apart by semicolons', () => {
  test.each<[string, string[]]>([
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1; SELECT 2 ;\n', ['SELECT 1', 'SELECT 2']],
    ["SELECT ';', 'it''s; so'; SELECT 2", ["SELECT ';', 'it''s; so'", 'SELECT 2']],
    ['SELECT "a;b", "c"";d"; SELECT `e;f`', ['SELECT "a;b", "c"";d"', 'SELECT `e;f`']],
    ['SELECT 1 -- one; not two\n; SELECT 2', ['SELECT 1 -- one; not two', 'SELECT 2']],
    ["SELECT 1 /* ; ' */, 2; -- it's the end\n", ["SELECT 1 /* ; ' */, 2"]],
    ['-- only a comment;\n/* and; another */ ; ;', []],
    ['SELECT 4 / 2 - 1; SELECT 3', ['SELECT 4 / 2 - 1', 'SELECT 3']],
    ["SELECT 'not closed; SELECT 2", ["SELECT 'not closed", 'SELECT 2']],
    ['\ufeffSELECT 1;\r\nSELECT 2;\r\n', ['SELECT 1', 'SELECT 2']],
  ])('%j', (sql, statements) => {
    expect(statementsIn(sql)).toEqual(statements);
  });

  test('a file of a megabyte with an open quote takes no second', () => {
    const begun = performance.now();
    expect(statementsIn(`SELECT '${'a"`;/-'.repeat(170_000)}`).length).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('the command', () => {
  const CLI = join(__dirname, '../dist/commands/query.js');
  const folder = mkdtempSync(join(tmpdir(), 'query-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs it with a text on stdin, against the service above. */
  function run(args: readonly string[], stdin = ''): Promise<{ code: unknown; stdout: string; stderr: string }> {
    const { port } = server.address() as AddressInfo;
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [CLI, ...args], { env, cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
      child.stdin?.end(stdin);
    });
  }

  test('statements of a file and of stdin are run in turn; SQL and --file at once, or neither, is wrong usage', async () => {
    const ran: unknown[] = [];
    answers = {
      StartQueryExecution: ({ QueryString }) => {
        ran.push(QueryString);
        return { QueryExecutionId: 'q' };
      },
      GetQueryExecution: () => ({ QueryExecution: { StatementType: 'DML', Status: { State: 'SUCCEEDED' } } }),
      GetQueryResults: () => ({ ResultSet: { ResultSetMetadata: metadata, Rows: [row('uuid', 'n'), row('a', '1')] } }),
    };
    const file = join(folder, 'two.sql');
    writeFileSync(file, "SELECT ';' ; -- one; two\nSELECT 2;\n");
    const json = ['--workgroup', 'w', '--format', 'json'];
    const line = '{"uuid":"a","n":"1"}\n';
    expect(await run(['--file', file, ...json])).toMatchObject({ code: 0, stdout: line.repeat(2) });
    expect(await run(json, 'SELECT 3; SELECT 4')).toMatchObject({ code: 0, stdout: line.repeat(2) });
    expect(await run(['-', ...json], 'SELECT 5')).toMatchObject({ code: 0, stdout: line });
    expect(ran).toEqual(["SELECT ';'", '-- one; two\nSELECT 2', 'SELECT 3', 'SELECT 4', 'SELECT 5']);
    expect(await run(['SELECT 1', '--file', file, ...json])).toMatchObject({
      code: 64,
      stderr: 'query: give SQL or --file, not both.\n',
    });
    expect(await run(json, '-- nothing;\n')).toMatchObject({
      code: 64,
      stderr: 'query: there is no SQL statement: give one as the argument, with --file or on stdin.\n',
    });
    const absent = await run(['--file', join(folder, 'absent.sql'), ...json]);
    expect(absent).toMatchObject({ code: 1, stderr: expect.stringMatching(/^query: .*absent\.sql.*\n$/) });
  });

  test('before an apply and after a destroy: one line, with what to do', async () => {
    expect(await run(['SELECT 1'])).toMatchObject({
      code: 4,
      stderr: 'query: there is no outputs.json: apply the stack first, or give --workgroup.\n',
    });
    writeFileSync(join(folder, 'outputs.json'), '{}');
    expect(await run(['SELECT 1'])).toMatchObject({
      code: 4,
      stderr:
        'query: outputs.json has no stack lakehouse-dev; it is empty. Apply the stack first, or name one with --stack.\n',
    });
  });
});
