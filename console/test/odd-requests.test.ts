import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFixture } from 'lakehouse-local/testing';
import { stopServer } from 'lakehouse-local/testing/process';
import { startConsole } from './console';

/* Requests that the page doesn't send: each is refused in the console's words, not taken for a service that is down. */
const local = localFixture();
const OUTPUTS = {
  kinesis_stream_name: 'events',
  delivery_stream_name: 'd',
  lake_bucket_name: 'lake',
  table_prefix: 'events/',
  glue_database_name: 'db',
  glue_table_name: 't',
  athena_workgroup_name: 'primary',
  customers_table_name: 'customers',
  region: 'us-east-1',
};
const folder = mkdtempSync(join(tmpdir(), 'console-odd-'));
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  ({ child: server, url } = await startConsole(folder, local.url, OUTPUTS));
});

afterAll(async () => {
  await stopServer(server);
  rmSync(folder, { recursive: true });
});

test.each([
  ['/api/graphs?range=constructor', 'There is no such range.'],
  ['/api/tables/customers/items?next=x', 'The next page is named by the key that the last one ended with.'],
  ['/api/tables/customers/items?next=1', 'The next page is named by the key that the last one ended with.'],
  ['/api/records?shard=shardId-000000000000&from=NaN', 'A time is written as ISO 8601.'],
])('%s', async (path, title) => {
  const answer = await fetch(`${url}${path}`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ title, detail: '', code: 'BadRequest' });
});

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['half of it', '{'],
  ['SQL that is a number', '{"sql":1}'],
  ['a list of many levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
])('a query whose body is %s', async (_what, body) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/queries`, { method: 'POST', headers, body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ title: 'Write a query first.' });
});
