import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { parseHiveType } from '../src/core/hive-types';
import { type Column, LineConverter } from '../src/delivery/convert/line-converter';
import { writeParquet } from '../src/delivery/convert/parquet';
import type { SerDe } from '../src/delivery/convert/serde';

/** Columns by name, with Hive's types as text. */
export type TestSchema = Readonly<Record<string, string>>;

export function columnsOf(schema: TestSchema): Column[] {
  return Object.entries(schema).map(([name, type]) => ({ name, type: parseHiveType(type) }));
}

/** Format conversion by itself: records to Parquet, and back by DuckDB. */
export class ConversionBench {
  private constructor(
    readonly folder: string,
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  static async open(): Promise<ConversionBench> {
    const folder = mkdtempSync(join(tmpdir(), 'lakehouse-convert-'));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new ConversionBench(folder, instance, connection);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
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
