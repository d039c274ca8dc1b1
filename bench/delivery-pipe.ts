/**
 * A million records from PutRecords to rows of Parquet: how long, and how much memory does the endpoint take?
 * Run: npm run prepare && npx tsx bench/delivery-pipe.ts [records]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { DuckDBInstance } from '@duckdb/node-api';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Lake } from '../__tests__/delivery-fixture';

const CLI = join(__dirname, '../local/dist/cli.js');
const BATCH = 500;
const IN_FLIGHT = 4;

async function main(records: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-bench-'));
  const endpoint = spawn(process.execPath, [CLI, '--port', '0', '--no-limits', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const lake = new Lake({ config: configOf(await urlOf(endpoint)) });
    const columns = ['uuid', 'event_date', 'status', 'name', 'last_name', 'email', 'phone'];
    await lake.build(Object.fromEntries(columns.map((name) => [name, 'string'])), 2);
    await lake.deliver('pipe', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 3 } }));
    const began = performance.now();
    await send(lake.kinesis, records);
    const sent = performance.now();
    const rows = await counted(dataDir, records);
    const seconds = (performance.now() - began) / 1000;
    console.log(`sent       ${perSecond(records, (sent - began) / 1000)}`);
    console.log(
      `delivered  ${perSecond(rows, seconds)}: ${rows} rows, ${records - rows} lost, in ${seconds.toFixed(1)} s`,
    );
    console.log(`peak       ${peakOf(endpoint)} MB of the endpoint's memory (under 600 is asked for)`);
    if (rows !== records || peakOf(endpoint) >= 600) process.exitCode = 1;
  } finally {
    endpoint.kill('SIGTERM');
    await new Promise((resolve) => endpoint.once('exit', resolve));
    rmSync(dataDir, { recursive: true });
  }
}

async function send(kinesis: KinesisClient, records: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < records) {
      const size = Math.min(BATCH, records - next);
      const from = next;
      next += size;
      const Records = Array.from({ length: size }, (_, i) => ({
        PartitionKey: String(from + i),
        Data: record(from + i),
      }));
      const { FailedRecordCount } = await kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
      if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records failed`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

function record(i: number): Buffer {
  const status = ['Active', 'Inactive', 'Canceled'][i % 3];
  const person = { name: 'Zoë', last_name: `Smith-${i % 1000}`, email: `user${i}@example.com`, phone: 900_000_000 + i };
  return Buffer.from(JSON.stringify({ uuid: randomUUID(), event_date: new Date(i).toISOString(), status, ...person }));
}

/** Rows that are there, once they are as many as the records or no more come for a while. */
async function counted(dataDir: string, records: number): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const pattern = join(dataDir, '**', '*.parquet').replaceAll("'", "''");
  let [rows, quiet] = [0, 0];
  while (rows < records && quiet < 60) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const query = `SELECT count(*)::INTEGER AS n FROM read_parquet('${pattern}') WHERE uuid IS NOT NULL`;
    const found = await connection.runAndReadAll(query).then(
      (result) => Number(result.getRowObjectsJson()[0]?.n),
      // Nothing there yet, or a file that moves into place while it is looked at.
      () => rows,
    );
    quiet = found > rows ? 0 : quiet + 1;
    rows = found;
  }
  connection.closeSync();
  instance.closeSync();
  return rows;
}

function configOf(endpoint: string) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const requestHandler = new NodeHttpHandler();
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 3, requestHandler };
}

function urlOf(endpoint: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    endpoint.once('exit', (code) => reject(new Error(`The endpoint ended with ${code}.`)));
    endpoint.stdout?.on('data', (text: Buffer) => {
      const found = /http:\S+/.exec(String(text));
      if (found !== null) resolve(found[0]);
    });
  });
}

function peakOf(endpoint: ChildProcess): number {
  const status = readFileSync(`/proc/${endpoint.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

const perSecond = (count: number, seconds: number) => `${Math.round(count / seconds).toLocaleString('en')} records/s`;

main(Number(process.argv[2] ?? 1_000_000));
