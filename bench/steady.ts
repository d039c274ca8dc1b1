/**
 * Steady load: 2,000 records a second through delivery, and a query every five seconds. Does memory stay flat over the
 * second half, and does every record come through?
 * Run: npm run bench:steady -- [--minutes N] [--rate records/s]
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { Clients } from 'lakehouse-local/testing';
import { BUCKET, Lake } from 'lakehouse-local/testing/delivery';
import { runQuery } from '../tools/src/query/athena';
import { withEndpoint } from './endpoint';
import { residentOf, residentWithChildren } from './memory';
import { median } from './timing';

const BATCH = 500;
const QUERY_EVERY_MS = 5_000;
const SAMPLE_EVERY_MS = 5_000;
/** Most growth of the median from the third to the last quarter, besides the variance of both. */
const MOST_GROWTH = 1.05;
const COLUMNS = ['uuid', 'event_date', 'status', 'name', 'email', 'phone'];
const QUERIES = [
  'SELECT * FROM db.events LIMIT 10',
  'SELECT status, count(*) FROM db.events GROUP BY status',
  'SELECT count(*) FROM db.events',
];

/** Resident memory in MB: the endpoint's alone, and with its worker processes. */
interface Sample {
  readonly minute: number;
  readonly endpoint: number;
  readonly all: number;
}

async function main(minutes: number, rate: number): Promise<void> {
  await withEndpoint(['--no-limits'], async ({ config, pid }) => {
    const lake = new Lake(new Clients({ ...config, maxAttempts: 3 }));
    const athena = new AthenaClient(config);
    await lake.build(Object.fromEntries(COLUMNS.map((name) => [name, 'string'])), 2);
    await lake.deliver('steady', lake.destination({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 } }));
    const ResultConfiguration = { OutputLocation: `s3://${BUCKET}/results/` };
    await athena.send(new CreateWorkGroupCommand({ Name: 'bench', Configuration: { ResultConfiguration } }));
    const began = performance.now();
    const end = began + minutes * 60_000;
    const samples: Sample[] = [];
    const [sent, queries] = await Promise.all([
      produce(lake, rate, end),
      query(athena, end),
      sample(pid, began, end, samples),
    ]);
    const rows = await settledRows(athena, sent);
    console.log(`${minutes} minutes: ${sent} records put, ${rows} rows in the table, ${sent - rows} missing`);
    console.log(`  queries    ${queries.count}, median ${median(queries.seconds).toFixed(2)} s`);
    const good = [report('endpoint', samples, minutes), report('all', samples, minutes)];
    if (rows !== sent || good.includes(false)) process.exitCode = 1;
  });
}

/** Keeps to the rate whatever a single request takes. @returns the number of acknowledged records */
async function produce(lake: Lake, rate: number, end: number): Promise<number> {
  const began = performance.now();
  let asked = 0;
  let acknowledged = 0;
  while (performance.now() < end) {
    const due = ((performance.now() - began) / 1000) * rate;
    if (asked + BATCH > due) {
      await sleep(((asked + BATCH - due) / rate) * 1000);
      continue;
    }
    const Records = Array.from({ length: BATCH }, (_, index) => record(asked + index));
    asked += BATCH;
    const output = await lake.kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
    acknowledged += BATCH - (output.FailedRecordCount ?? 0);
  }
  return acknowledged;
}

function record(index: number) {
  const uuid = randomUUID();
  const person = { name: 'Zoë', email: `user${index}@example.com`, phone: String(900_000_000 + (index % 1e8)) };
  const status = ['Active', 'Inactive', 'Canceled'][index % 3];
  const Data = Buffer.from(JSON.stringify({ uuid, event_date: new Date().toISOString(), status, ...person }));
  return { PartitionKey: uuid, Data };
}

async function query(athena: AthenaClient, end: number): Promise<{ count: number; seconds: number[] }> {
  const seconds: number[] = [];
  for (let next = performance.now(), count = 0; ; count++) {
    next += QUERY_EVERY_MS;
    if (next > end) return { count, seconds };
    await sleep(Math.max(0, next - performance.now()));
    const began = performance.now();
    await runQuery({ client: athena, sql: QUERIES[count % QUERIES.length] as string, workgroup: 'bench' });
    seconds.push((performance.now() - began) / 1000);
  }
}

async function sample(pid: number, began: number, end: number, samples: Sample[]): Promise<void> {
  let printed = -1;
  while (performance.now() < end) {
    await sleep(SAMPLE_EVERY_MS);
    const minute = (performance.now() - began) / 60_000;
    const endpoint = residentOf(pid);
    const all = residentWithChildren(pid);
    samples.push({ minute, endpoint, all });
    if (Math.floor(minute) === printed) continue;
    printed = Math.floor(minute);
    console.log(
      `  minute ${String(printed).padStart(3)}: endpoint ${endpoint.toFixed(0)} MB, with workers ${all.toFixed(0)} MB`,
    );
  }
}

async function settledRows(athena: AthenaClient, sent: number): Promise<number> {
  let rows = -1;
  for (let quiet = 0; quiet < 100; quiet++) {
    const result = await runQuery({ client: athena, sql: 'SELECT count(*) FROM db.events', workgroup: 'bench' });
    const found = Number(result.rows[0]?.[0]);
    if (found === sent) return found;
    if (found > rows) quiet = 0;
    rows = found;
    await sleep(1_000);
  }
  return rows;
}

/** Reports memory by quarters; flat means a last quarter no larger than the third. */
function report(what: 'endpoint' | 'all', samples: readonly Sample[], minutes: number): boolean {
  const quarters = [0, 1, 2, 3].map((quarter) =>
    median(
      samples
        .filter(({ minute }) => Math.min(3, Math.floor((minute / minutes) * 4)) === quarter)
        .map((each) => each[what]),
    ),
  );
  const [, , third = 0, fourth = 0] = quarters;
  const growth = fourth / third;
  console.log(
    `  ${what.padEnd(9)}  ${quarters.map((each) => each.toFixed(0)).join(', ')} MB by quarters (medians), ` +
      `at most ${Math.max(...samples.map((each) => each[what])).toFixed(0)} MB; the last is ${growth.toFixed(3)} times the third (at most ${MOST_GROWTH})`,
  );
  return growth <= MOST_GROWTH;
}

const { values } = parseArgs({ options: { minutes: { type: 'string' }, rate: { type: 'string' } } });
void main(Number(values.minutes ?? 60), Number(values.rate ?? 2_000));
