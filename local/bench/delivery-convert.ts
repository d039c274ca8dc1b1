/**
 * How fast are records made into Parquet? The article's record, a million times, by this project's converter (checks
 * each record, then DuckDB writes), against DuckDB's own read_json to COPY TO on the same lines.
 * Run: npx tsx local/bench/delivery-convert.ts [records]
 */

import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parseHiveType } from '../src/core/hive-types';
import { LineConverter } from '../src/delivery/convert/line-converter';
import { writeParquet } from '../src/delivery/convert/parquet';
import { serdeOf } from '../src/delivery/convert/serde';
import { Spool } from '../src/delivery/spool';

const COLUMNS = ['uuid', 'event_date', 'status', 'name', 'last_name', 'email', 'phone'];
const NEWLINE = Buffer.from('\n');
const ROUNDS = 5;

async function main(records: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-bench-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '256MB' });
  const connection = await instance.connect();
  try {
    const source = join(folder, 'source.ndjson');
    writeRecords(source, records);
    const lines = splitLines(await readFile(source));
    const columns = COLUMNS.map((name) => ({ name, type: parseHiveType('string') }));
    const types = COLUMNS.map((name) => `'${name}': 'VARCHAR'`).join(', ');
    const theirs: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(
        await timed(async () => {
          await connection.run(
            `COPY (SELECT * FROM read_json('${source}', columns = {${types}}, format = 'newline_delimited')) ` +
              `TO '${join(folder, 'theirs.parquet')}' (FORMAT parquet, COMPRESSION snappy)`,
          );
        }),
      );
      const spool = new Spool(join(folder, `lines-${round}`));
      ours.push(
        await timed(async () => {
          const converter = new LineConverter(columns, serdeOf({ HiveJsonSerDe: {} }));
          for (const line of lines) {
            const converted = converter.convert(line);
            if ('failure' in converted) throw new Error(converted.failure.message);
            spool.append(converted.lines);
            spool.append(NEWLINE);
          }
          spool.seal();
          await writeParquet(connection, spool.path, join(folder, 'ours.parquet'), columns, {});
        }),
      );
      spool.remove();
    }
    const rate = (times: number[]) => records / median(times);
    const report = (name: string, times: number[]) =>
      console.log(`${name.padEnd(34)} ${Math.round(rate(times)).toLocaleString('en')} rows/s (median of ${ROUNDS})`);
    console.log(`${records.toLocaleString('en')} records, ${Math.round(statSync(source).size / 1e6)} MB of JSON`);
    report("DuckDB's read_json to COPY TO", theirs);
    report('checked record by record, then COPY', ours);
    console.log(`ratio ${(rate(ours) / rate(theirs)).toFixed(2)} (at least 0.50 is asked for)`);
    if (rate(ours) < rate(theirs) / 2) process.exitCode = 1;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}

function writeRecords(path: string, count: number): void {
  const file = openSync(path, 'w');
  for (let from = 0; from < count; from += 10_000) {
    let text = '';
    for (let i = from; i < Math.min(count, from + 10_000); i++) text += `${JSON.stringify(record(i))}\n`;
    writeSync(file, text);
  }
  closeSync(file);
}

function record(i: number): Record<string, unknown> {
  return {
    uuid: randomUUID(),
    event_date: new Date(1_700_000_000_000 + i).toISOString(),
    status: ['Active', 'Inactive', 'Canceled'][i % 3],
    name: ['José', 'Anna', "D'Arcy", 'Zoë'][i % 4],
    last_name: `Smith-${i % 1000}`,
    email: `user${i}@example.com`,
    phone: 900_000_000 + (i % 100_000_000),
  };
}

function splitLines(data: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const end = data.indexOf(0x0a, at);
    lines.push(data.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

main(Number(process.argv[2] ?? 1_000_000));
