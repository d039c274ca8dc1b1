/**
 * A million records from PutRecords to rows that Athena counts: how long, how much of the processor and of memory does the
 * endpoint take, and does a tenth of the records take about a tenth?
 * Run: npm run prepare && npx tsx bench/delivery-pipe.ts [records]
 */
import { randomUUID } from 'node:crypto';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { Clients } from 'lakehouse-local/testing';
import { BUCKET, Lake } from 'lakehouse-local/testing/delivery';
import { runQuery } from '../tools/src/query/athena';
import { type BenchEndpoint, withEndpoint } from './endpoint';

const BATCH = 500;
const IN_FLIGHT = 4;
const COLUMNS = ['uuid', 'event_date', 'status', 'name', 'last_name', 'email', 'phone'];
/** Milliseconds without a further row after which the rest counts as lost. */
const QUIET_MS = 15_000;
const MOST_MEGABYTES = 600;
/** Most time that ten times the records may take, as a factor. */
const MOST_TIMES = 12;

interface Figures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly good: boolean;
}

async function main(records: number): Promise<void> {
  const tenth = await pipe(Math.round(records / 10));
  const whole = await pipe(records);
  const times = whole.seconds / tenth.seconds;
  const cpuTimes = whole.cpuSeconds / tenth.cpuSeconds;
  console.log(
    `Ten times the records took ${times.toFixed(1)} times as long and ${cpuTimes.toFixed(1)} times the endpoint's CPU ` +
      `(at most ${MOST_TIMES})`,
  );
  if (!tenth.good || !whole.good || Math.max(times, cpuTimes) > MOST_TIMES) process.exitCode = 1;
}

const pipe = (records: number): Promise<Figures> =>
  withEndpoint(['--no-limits'], (endpoint) => measure(endpoint, records));

async function measure(endpoint: BenchEndpoint, records: number): Promise<Figures> {
  const { config } = endpoint;
  const lake = new Lake(new Clients({ ...config, maxAttempts: 3 }));
  const athena = new AthenaClient(config);
  await lake.build(Object.fromEntries(COLUMNS.map((name) => [name, 'string'])), 2);
  await lake.deliver('pipe', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 } }));
  const ResultConfiguration = { OutputLocation: `s3://${BUCKET}/results/` };
  await athena.send(new CreateWorkGroupCommand({ Name: 'bench', Configuration: { ResultConfiguration } }));
  const cpuBefore = endpoint.cpuSeconds();
  const began = performance.now();
  await send(lake.kinesis, records);
  const sent = (performance.now() - began) / 1000;
  const rows = await counted(athena, records);
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = endpoint.cpuSeconds() - cpuBefore;
  const distinct = await ask(athena, 'SELECT count(DISTINCT uuid) FROM db.events');
  console.log(`${records.toLocaleString('en')} records`);
  console.log(`  sent       ${perSecond(records, sent)}`);
  console.log(
    `  queryable  ${perSecond(rows, seconds)}: ${rows} rows, ${records - distinct} lost, ` +
      `${rows - distinct} repeated, in ${seconds.toFixed(1)} s with ${cpuSeconds.toFixed(1)} s of CPU`,
  );
  console.log(`  peak       ${endpoint.peak()} MB of the endpoint's memory (at most ${MOST_MEGABYTES})`);
  return { seconds, cpuSeconds, good: distinct === records && endpoint.peak() < MOST_MEGABYTES };
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

/** Athena's count of rows, once it equals the records or stops growing. */
async function counted(athena: AthenaClient, records: number): Promise<number> {
  let rows = 0;
  let grewAt = performance.now();
  while (rows < records && performance.now() - grewAt < QUIET_MS) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const found = await ask(athena, 'SELECT count(*) FROM db.events');
    if (found > rows) grewAt = performance.now();
    rows = found;
  }
  return rows;
}

/** The single number of a query's result. */
async function ask(client: AthenaClient, sql: string): Promise<number> {
  const { rows } = await runQuery({ client, sql, workgroup: 'bench' });
  return Number(rows[0]?.[0]);
}

const perSecond = (count: number, seconds: number) => `${Math.round(count / seconds).toLocaleString('en')} records/s`;

void main(Number(process.argv[2] ?? 1_000_000));
