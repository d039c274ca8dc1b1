import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '../store/store';
import { systemClock } from './clock';
import { Cloud } from './cloud';
import { Duckdb } from './duckdb';
import { quoteLiteral as quote } from './hive-types';

test('reads and writes inside the data directory, and nothing beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-'));
  const dataDir = join(folder, 'data');
  const store = new Store(join(dataDir, 'metadata'));
  const cloud = new Cloud(store, systemClock, { dataDir, enforceLimits: true, log: () => {} }, []);
  writeFileSync(join(folder, 'secret.csv'), 'a\n1\n');
  const connection = await cloud.state(Duckdb).connect();

  const inside = join(dataDir, 'rows.parquet');
  await connection.run(`COPY (SELECT 7 / 2 AS half) TO ${quote(inside)} (FORMAT parquet)`);
  const reader = await connection.runAndReadAll(`SELECT half FROM read_parquet(${quote(inside)})`);
  expect(reader.getRows()).toEqual([[3]]);

  for (const statement of [
    `SELECT * FROM read_csv(${quote(join(folder, 'secret.csv'))})`,
    `SELECT * FROM read_text(${quote(join(dataDir, '..', 'secret.csv'))})`,
    `COPY (SELECT 1) TO ${quote(join(folder, 'out.csv'))}`,
    `ATTACH ${quote(join(folder, 'other.db'))}`,
    'SET enable_external_access = true',
    'INSTALL httpfs',
  ]) {
    await expect(connection.run(statement)).rejects.toThrow();
  }
  connection.closeSync();
  await cloud.close();
  await store.close();
  rmSync(folder, { recursive: true });
});
