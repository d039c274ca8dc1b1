import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteLiteral } from '../../core/hive-types';
import { Database } from './database';
import { SharedDatabase } from './shared-database';

const folder = mkdtempSync(join(tmpdir(), 'lakehouse-'));
const at = (name: string) => join(folder, name);
const links = at('links');
const SQL =
  "SELECT * FROM read_csv(getvariable('files_0'), header = false, auto_detect = false, columns = {'n': 'BIGINT'})";
const sourcesOf = (...names: string[]) => ({ files: names.map(at), variables: { files_0: names.map(at) } });
const rows = async (connection: DuckDBConnection) => (await connection.runAndReadAll(SQL)).getRowsJson();
let shared: SharedDatabase;

beforeAll(async () => {
  mkdirSync(links);
  writeFileSync(at('one.csv'), '1\n');
  writeFileSync(at('two.csv'), '2\n');
  writeFileSync(at('words.csv'), 'word\n');
  shared = await SharedDatabase.seal(await Database.open(at('spill')), links);
});
afterAll(() => {
  shared.close();
  rmSync(folder, { recursive: true });
});
const run = <T>(sources: Parameters<SharedDatabase['run']>[1], work: (connection: DuckDBConnection) => Promise<T>) =>
  shared.run(SQL, sources, work, () => {});

test('queries read their own files one after the other, by the same places', async () => {
  expect(await run(sourcesOf('one.csv'), rows)).toEqual([['1']]);
  expect(await run(sourcesOf('two.csv', 'one.csv'), rows)).toEqual([['2'], ['1']]);
  expect(await run(sourcesOf('one.csv', 'one.csv'), rows)).toEqual([['1'], ['1']]);
  expect(readdirSync(links)).toEqual([]);
});

test('a query opens no file beside its own, nor one of the query before, nor finds its lists and tables', async () => {
  await run(sourcesOf('one.csv'), async (connection) => {
    await connection.run('CREATE TEMP TABLE kept AS SELECT 1 AS n');
  });
  await run(sourcesOf('two.csv'), async (connection) => {
    for (const path of [at('one.csv'), at('two.csv'), join(links, '..', 'one.csv'), join(links, '1.file')]) {
      await expect(connection.run(`SELECT * FROM read_csv(${quoteLiteral(path)})`)).rejects.toThrow();
    }
    await expect(connection.run('SELECT * FROM kept')).rejects.toThrow('kept');
    await expect(connection.run('SET enable_external_access = true')).rejects.toThrow();
  });
  await run({ files: [] }, async (connection) => {
    const found = await connection.runAndReadAll("SELECT getvariable('files_0')");
    expect(found.getRowsJson()).toEqual([[null]]);
  });
});

test('an error names the file itself, and leaves no link', async () => {
  await expect(run(sourcesOf('one.csv', 'words.csv'), rows)).rejects.toThrow(at('words.csv'));
  await expect(run(sourcesOf('one.csv', 'gone.csv'), rows)).rejects.toThrow(at('gone.csv'));
  expect(readdirSync(links)).toEqual([]);
  linkSync(at('one.csv'), join(links, '0.file'));
  await expect(run(sourcesOf('two.csv'), rows)).rejects.toThrow('EEXIST');
  expect(existsSync(join(links, '0.file'))).toBe(true);
  rmSync(join(links, '0.file'));
});

test('it serves few files that lists name, and no query that needs a database of its own', () => {
  const { files, variables } = sourcesOf('one.csv', 'two.csv');
  expect(SharedDatabase.serves({ files, variables })).toBe(true);
  expect(SharedDatabase.serves({ files: [] })).toBe(true);
  expect(SharedDatabase.serves({ files })).toBe(false);
  expect(SharedDatabase.serves({ files, variables: { scan_0: files } })).toBe(false);
  expect(SharedDatabase.serves({ files, variables, wide: true })).toBe(false);
  expect(SharedDatabase.serves({ files, variables, tables: [{ name: 'rows', parts: [] }] })).toBe(false);
  const many = Array.from({ length: 65 }, (_, index) => at(`${index}.csv`));
  expect(SharedDatabase.serves({ files: many, variables: { files_0: many } })).toBe(false);
});
