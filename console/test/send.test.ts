import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { localFixture } from 'lakehouse-local/testing';
import { readAll, shardId, textOf } from 'lakehouse-local/testing/kinesis';
import { stopServer } from 'lakehouse-local/testing/process';
import { startConsole } from './console';

/* The console's Send on a lakehouse with columns of its own. */

const OUTPUTS = {
  kinesis_stream_name: 'readings',
  delivery_stream_name: 'readings',
  lake_bucket_name: 'lake',
  table_prefix: 'readings/',
  glue_database_name: 'db',
  glue_table_name: 'readings',
  athena_workgroup_name: 'primary',
  region: 'us-east-1',
};

const local = localFixture();
const { kinesis, glue } = local;
const folder = mkdtempSync(join(tmpdir(), 'console-send-'));
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  await local.stream('readings');
  ({ child: server, url } = await startConsole(folder, local.url, OUTPUTS));
}, 60_000);
afterAll(async () => {
  if (server !== undefined) await stopServer(server);
  rmSync(folder, { recursive: true, force: true });
});

interface State {
  readonly state: string;
  readonly problem?: string;
}

/** Sends events and waits for the end. */
async function send(amount: number): Promise<State> {
  const headers = { origin: url, 'content-type': 'application/json' };
  await fetch(`${url}/api/send`, { method: 'POST', headers, body: JSON.stringify({ amount }) });
  for (;;) {
    const state = (await (await fetch(`${url}/api/send`)).json()) as State;
    if (state.state !== 'running') return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const records = async () => (await readAll(kinesis, 'readings', shardId(0))).map(textOf);

test('nothing is sent while the table is not known: the built-in record would be rows of nulls', async () => {
  const { state, problem } = await send(3);
  expect([state, problem]).toEqual([
    'failed',
    expect.stringMatching(/^Nothing is sent, as the columns of db\.readings/),
  ]);
  expect(await records()).toEqual([]);
});

test("events are of the table's columns", async () => {
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }));
  const Columns = [
    { Name: 'device_id', Type: 'string' },
    { Name: 'tags', Type: 'map<string,string>' },
  ];
  const TableInput = { Name: 'readings', StorageDescriptor: { Columns, Location: 's3://lake/readings/' } };
  await glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput }));
  expect(await send(3)).toMatchObject({ state: 'done' });
  const sent = (await records()).map((text) => Object.keys(JSON.parse(text) as object));
  expect(sent).toEqual(Array(3).fill(['device_id', 'tags']));
});
