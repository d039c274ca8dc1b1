import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fixtures, type LocalEndpoint, seed, startLocal, version } from '..';
import { HEALTH_PATH, withControl } from './control';

/** The endpoint in its users' tests: without options, with fixtures, a seed, a reset. */

let local: LocalEndpoint;
beforeAll(async () => {
  local = await startLocal();
});
afterEach(() => local.reset());
afterAll(() => local.close());

test('a pipeline delivers what is put, as rows', async () => {
  await local.fixtures.pipeline('readings', { device: 'string', celsius: 'double' });
  await local.fixtures.put('readings', [{ device: 'a', celsius: 21.5 }, '{"device":"b","celsius":-3}']);
  const rows = await local.fixtures.rowsOf('SELECT device, celsius FROM readings.readings ORDER BY device', 2);
  expect(rows).toEqual([
    { device: 'a', celsius: '21.5' },
    { device: 'b', celsius: '-3.0' },
  ]);
}, 60_000);

test('a bucket with objects and a table over them are queried, as the README has it', async () => {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const [body = ''] = / {2}await local\.fixtures\.bucket[\s\S]*?\n(?=\}\);)/.exec(readme) ?? [];
  expect(body.split('\n').length).toBe(4);
  const AsyncFunction = (async () => undefined).constructor as typeof Function;
  await (new AsyncFunction('local', 'expect', body) as (...scope: unknown[]) => Promise<void>)(local, expect);
});

test('tells that it is well, and in which version', async () => {
  const answer = await fetch(`${local.url}/_lakehouse/health`);
  expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'running', version: version() }]);
});

test('is filled from a folder: streams with records, buckets with objects, tables', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seed-'));
  const put = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put('streams/events.ndjson', '{"n":1}\n\n{"n":2}\n');
  put('buckets/lake/orders/2026/a.json', '{"id":"x","amount":2}\n{"id":"y","amount":3}\n');
  const ddl = 'CREATE EXTERNAL TABLE shop.orders (id string, amount int)';
  const serde = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/orders/'";
  const more = "INSERT INTO shop.orders VALUES ('z', 4)";
  put('tables/1-shop.sql', `CREATE DATABASE IF NOT EXISTS shop;\n${ddl} ${serde};\n${more};\n`);
  try {
    const done = ['stream events: 2 records', 'bucket lake: 1 objects', 'table 1-shop'];
    expect(await seed(local.url, folder)).toEqual(done);
    expect(await local.fixtures.query('SELECT sum(amount) AS total FROM shop.orders')).toEqual([{ total: '9' }]);
    // As at the next start on the same data: nothing is there twice.
    expect(await seed(local.url, folder)).toEqual(['bucket lake: 1 objects']);
    expect(await local.fixtures.query('SELECT sum(amount) AS total FROM shop.orders')).toEqual([{ total: '9' }]);
    put('tables/2-bad.sql', 'SELEKT 1');
    await expect(seed(local.url, folder)).rejects.toThrow(/2-bad/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

test('a start with a seed ends when it is there, and until then is not well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seed-'));
  mkdirSync(join(folder, 'streams'));
  writeFileSync(join(folder, 'streams/events.ndjson'), '{"n":1}\n');
  const filled = await startLocal({ seed: folder });
  const health = await fetch(`${filled.url}/_lakehouse/health`);
  await filled.close();
  rmSync(folder, { recursive: true });
  expect([filled.seeded, health.status]).toEqual([['stream events: 1 records'], 200]);
  await expect(startLocal({ seed: folder })).rejects.toThrow(`There is no folder ${folder} to seed from.`);
  const services = { handle: () => Promise.reject(new Error('no service answers this')) };
  const filling = withControl(services, { services: [], isFilled: () => false });
  const request = { method: 'GET', path: HEALTH_PATH } as Parameters<typeof filling.handle>[0];
  expect(await filling.handle(request)).toMatchObject({ status: 503, body: expect.stringContaining('"seeding"') });
});

test('a reset removes everything; with data of its own only if that was asked for', async () => {
  await local.fixtures.stream('gone');
  const streams = async () =>
    (await local.fixtures.api.json<{ StreamNames: string[] }>('Kinesis_20131202.ListStreams', {})).StreamNames;
  expect(await streams()).toContain('gone');
  expect((await fetch(`${local.url}/_lakehouse/reset`, { method: 'POST' })).status).toBe(200);
  expect(await streams()).toEqual([]);
  expect(await local.fixtures.stream('gone')).toBe('gone');
  const dataDir = mkdtempSync(join(tmpdir(), 'local-'));
  const kept = await startLocal({ dataDir, port: 0 });
  try {
    const answer = await fetch(`${kept.url}/_lakehouse/reset`, { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('--allow-reset')]);
  } finally {
    await kept.close();
    rmSync(dataDir, { recursive: true });
  }
}, 60_000);

test('debug tells of each request', async () => {
  const lines: string[] = [];
  const told = await startLocal({ logLevel: 'debug', log: (line) => lines.push(line) });
  await fetch(`${told.url}/_lakehouse/health`);
  await told.fixtures.bucket('one');
  await told.close();
  expect(lines.join('\n')).toMatch(/GET \/_lakehouse\/health 200 [\d.]+ ms\nPUT \/one 200 /);
});

/** Starts the command with variables, and gives what it said until it listens. */
async function command(variables: Record<string, string>): Promise<{ url: string; said: string; end(): void }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'command-'));
  const child = spawn(process.execPath, [join(__dirname, '../../dist/cli.js'), '--port', '0', '--data-dir', dataDir], {
    env: { PATH: process.env.PATH, ...variables },
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk;
      const found = /Listening on (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', listen);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  return { url, said, end: () => child.once('exit', () => rmSync(dataDir, { recursive: true })).kill() };
}

test.each([
  ['false', false],
  ['true', true],
])('the variable of --no-limits: %s; a name with a typo is told', async (limits, throttled) => {
  const { url, said, end } = await command({ LAKEHOUSE_LOCAL_LIMITS: limits, LAKEHOUSE_LOCAL_PROT: '1' });
  expect(said).toMatch(/No option has the variable LAKEHOUSE_LOCAL_PROT: there are LAKEHOUSE_LOCAL_PORT, /);
  const fixtures = new Fixtures(url);
  await fixtures.stream('events');
  // A shard takes 1,000 records a second.
  const Records = Array.from({ length: 500 }, () => ({ Data: 'YQ==', PartitionKey: 'k' }));
  let failed = 0;
  for (let call = 0; call < 3; call++) {
    const put = { StreamName: 'events', Records };
    failed += (await fixtures.api.json<{ FailedRecordCount: number }>('Kinesis_20131202.PutRecords', put))
      .FailedRecordCount;
  }
  end();
  expect(failed > 0).toBe(throttled);
});
