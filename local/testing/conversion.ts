import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { parseHiveType } from '../src/core/hive-types';
import { type Column, LineConverter } from '../src/delivery/convert/line-converter';
import { writeParquet } from '../src/delivery/convert/parquet';
import type { SerDe } from '../src/delivery/convert/serde';
import { whileTested } from './local';

/** Hive types by column name. */
export type TestSchema = Readonly<Record<string, string>>;

export function columnsOf(schema: TestSchema): Column[] {
  return Object.entries(schema).map(([name, type]) => ({ name, type: parseHiveType(type) }));
}

/** Format conversion without a delivery stream: records to Parquet, and back by DuckDB. */
export class ConversionBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'lakehouse-convert-'));
  private instance: DuckDBInstance | undefined;
  private opened: DuckDBConnection | undefined;

  get connection(): DuckDBConnection {
    if (this.opened === undefined) throw new Error('DuckDB is there while tests run.');
    return this.opened;
  }

  async start(): Promise<void> {
    this.instance = await DuckDBInstance.create(':memory:');
    this.opened = await this.instance.connect();
    await this.opened.run("SET TimeZone = 'UTC'");
  }

  async close(): Promise<void> {
    this.opened?.closeSync();
    this.instance?.closeSync();
    rmSync(this.folder, { recursive: true });
  }

  /** Rows of the Parquet file as JSON, then failures as `code: message`. */
  async through(schema: TestSchema, records: readonly string[], serde: SerDe): Promise<unknown[]> {
    const { rows, failures } = await this.convert(schema, records, serde, 'to_json(whole)::VARCHAR');
    return [...rows.map(({ row }) => JSON.parse(String(row))), ...failures];
  }

  /** Rows of one column as DuckDB's text, null included; failures follow. */
  async texts(type: string, records: readonly string[], serde: SerDe): Promise<(string | null)[]> {
    const { rows, failures } = await this.convert({ a: type }, records, serde, 'a::VARCHAR');
    return [...rows.map(({ row }) => row as string | null), ...failures];
  }

  private async convert(schema: TestSchema, records: readonly string[], serde: SerDe, shown: string) {
    const columns = columnsOf(schema);
    const converter = new LineConverter(columns, serde);
    const failures: string[] = [];
    const lines: string[] = [];
    for (const record of records) {
      const converted = converter.convert(Buffer.from(record));
      if ('lines' in converted) lines.push(`${converted.lines}\n`);
      else failures.push(`${converted.failure.code}: ${converted.failure.message}`);
    }
    const source = join(this.folder, 'lines.ndjson');
    const target = join(this.folder, 'out.parquet');
    writeFileSync(source, lines.join(''));
    await writeParquet(this.connection, source, target, columns, {});
    const found = await this.connection.runAndReadAll(`SELECT ${shown} AS row FROM '${target}' AS whole`);
    return { rows: found.getRowObjectsJson(), failures };
  }
}

/** Conversion for the tests of a file. */
export function conversionFixture(): ConversionBench {
  return whileTested(new ConversionBench());
}
