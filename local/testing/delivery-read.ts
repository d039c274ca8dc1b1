import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Lake } from './delivery';

/** A line of an error object, and the record that it holds. */
export interface DeliveredError {
  readonly error: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** All records below an error prefix. */
export async function errorsOf(lake: Lake, prefix: string): Promise<DeliveredError[]> {
  const found: DeliveredError[] = [];
  for (const key of await lake.keys(prefix)) {
    for (const line of String(await lake.body(key)).split('\n')) {
      if (line === '') continue;
      const error = JSON.parse(line) as Record<string, unknown>;
      found.push({ error, text: String(Buffer.from(String(error.rawData), 'base64')) });
    }
  }
  return found;
}

/** Rows of all Parquet objects below a prefix, as DuckDB's JSON. */
export async function parquetRows(lake: Lake, prefix: string): Promise<Record<string, unknown>[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-read-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows: Record<string, unknown>[] = [];
    for (const key of await lake.keys(prefix)) {
      const path = join(folder, 'object.parquet');
      writeFileSync(path, await lake.body(key));
      rows.push(...(await connection.runAndReadAll(`SELECT * FROM '${path}'`)).getRowObjectsJson());
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}
