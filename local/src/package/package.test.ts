import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalEndpoint, seed, startLocal, version } from '..';

/** The endpoint in its users' tests: without options, with fixtures, a seed, a reset. */

let local: LocalEndpoint;
beforeAll(async () => {
  local = await startLocal();
});
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
  put('tables/1-shop.sql', `CREATE DATABASE IF NOT EXISTS shop;\n${ddl} ${serde};\n`);
  try {
    const done = ['stream events: 2 records', 'bucket lake: 1 objects', 'table 1-shop'];
    expect(await seed(local.url, folder)).toEqual(done);
    expect(await local.fixtures.query('SELECT sum(amount) AS total FROM shop.orders')).toEqual([{ total: '5' }]);
    put('tables/2-bad.sql', 'SELEKT 1');
    await expect(seed(local.url, folder)).rejects.toThrow(/1-shop|2-bad/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

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
