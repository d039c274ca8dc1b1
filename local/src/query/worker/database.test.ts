import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteLiteral as quote } from '../../core/hive-types';
import { reachOf } from '../engine/paths';
import { Database } from './database';

const folder = mkdtempSync(join(tmpdir(), 'lakehouse-'));
const at = (name: string) => join(folder, name);
const reads = (path: string) => `SELECT * FROM read_csv(${quote(path)}, header = false)`;

beforeAll(() => {
  mkdirSync(at('other'));
  mkdirSync(at('out'));
  for (const name of ['bound.csv', 'beside.csv', 'a[1].csv', 'other/one.csv']) writeFileSync(at(name), '1\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a bound database opens its files and no other', async () => {
  const database = await Database.open(at('spill'));
  const { connection } = database;
  await database.bind({ files: [at('bound.csv'), at('a[1].csv')], variables: { paths: [at('bound.csv')] } }, at('out'));
  for (const sql of [
    reads(at('bound.csv')),
    reads(at('a[[]1].csv')),
    "SELECT * FROM read_csv(getvariable('paths'), header = false)",
    `COPY (SELECT 1) TO ${quote(at('out/rows.csv'))}`,
  ]) {
    await connection.run(sql);
  }
  for (const sql of [
    reads(at('beside.csv')),
    reads(at('*.csv')),
    reads(at('out/../beside.csv')),
    `SELECT * FROM ${JSON.stringify(at('beside.csv'))}`,
    `SELECT * FROM glob(${quote(at('**'))})`,
    `COPY (SELECT 1) TO ${quote(at('rows.csv'))}`,
    `ATTACH ${quote(at('other.db'))}`,
    'SET enable_external_access = true',
    `SET allowed_directories = [${quote(`${folder}/`)}]`,
    'INSTALL httpfs',
    'LOAD httpfs',
  ]) {
    await expect(connection.run(sql)).rejects.toThrow();
  }
  database.close();
});

test('a table of a query’s own takes the rows of its parts one after the other, each with its lists', async () => {
  const database = await Database.open(at('spill'));
  const part = (file: string, mark: string) => ({
    sql: "SELECT column0 AS n, (getvariable('marks'))[1] AS mark FROM read_csv(getvariable('paths'), header = false)",
    variables: { paths: [at(file)], marks: [mark] },
  });
  const tables = [{ name: 'rows of a scan', parts: [part('bound.csv', 'a'), part('beside.csv', 'b')] }];
  await database.bind({ files: [at('bound.csv'), at('beside.csv')] });
  await database.fill(tables);
  const found = await database.connection.runAndReadAll('SELECT n, mark FROM "rows of a scan" ORDER BY mark');
  expect(found.getRowsJson()).toEqual([
    ['1', 'a'],
    ['1', 'b'],
  ]);
  database.close();
});

test('many files are allowed by their folders', async () => {
  const database = await Database.open(at('spill'));
  await database.bind(reachOf(Array.from({ length: 1_000 }, (_, index) => at(`other/${index}.csv`))));
  await database.connection.run(reads(at('other/one.csv')));
  await expect(database.connection.run(reads(at('bound.csv')))).rejects.toThrow();
  database.close();
});
