/**
 * Wide tables through a delivery stream with format conversion: does each record come out equal, can Athena read them,
 * and how much memory do the endpoint, and with it the worker of a query, take?
 * Run: npm run prepare && npx tsx bench/delivery-wide.ts [records]
 */
import { isDeepStrictEqual } from 'node:util';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { Clients } from 'lakehouse-local/testing';
import { BUCKET, Lake } from 'lakehouse-local/testing/delivery';
import { flatTable, nestedTable, type WideTable, withoutNulls } from 'lakehouse-local/testing/wide-schema';
import { runQuery } from '../tools/src/query/athena';
import { type BenchEndpoint, withEndpoint } from './endpoint';
import { watchMemory } from './memory';

const MOST_MEGABYTES = 600;
const MOST_BATCH_BYTES = 3_500_000;
/** Milliseconds without a further object after which the rest counts as lost. */
const QUIET_MS = 180_000;

async function main(records: number): Promise<void> {
  for (const [name, table] of [
    ['10,000 nested leaves', nestedTable(10_000)],
    ['3,000 flat columns', flatTable(3_000)],
  ] as const) {
    const good = await withEndpoint(['--no-limits'], async (endpoint) => {
      const lake = new Lake(new Clients({ ...endpoint.config, maxAttempts: 3 }));
      await lake.build(table.columns);
      const BufferingHints = { SizeInMBs: 128, IntervalInSeconds: 10 };
      await lake.deliver('wide', lake.destination({ BufferingHints }), false);
      const began = performance.now();
      const bytes = await send(lake, table, records);
      const equal = await countEqual(lake, table, records);
      const seconds = (performance.now() - began) / 1000;
      const peak = endpoint.peak();
      console.log(
        `${name}: ${records} records (${Math.round(bytes / 1e6)} MB of JSON), ${equal} read back equal, ` +
          `${(await lake.keys('error/')).length} error objects, in ${seconds.toFixed(0)} s; ` +
          `peak ${peak} MB of the endpoint's memory (at most ${MOST_MEGABYTES})`,
      );
      return (await query(endpoint)) && equal === records && peak < MOST_MEGABYTES;
    });
    if (!good) process.exitCode = 1;
  }
}

/** Whether Athena answers the usual first queries of a table. */
async function query({ config, pid }: BenchEndpoint): Promise<boolean> {
  const client = new AthenaClient(config);
  const ResultConfiguration = { OutputLocation: `s3://${BUCKET}/results/` };
  await client.send(new CreateWorkGroupCommand({ Name: 'wide', Configuration: { ResultConfiguration } }));
  for (const [sql, wanted] of [
    ['SELECT count(*) FROM events', 1],
    ['SELECT * FROM events LIMIT 10', 10],
    ['SELECT * FROM events LIMIT 200', 200],
  ] as const) {
    const began = performance.now();
    const memory = watchMemory(pid);
    const { rows } = await runQuery({ client, sql, workgroup: 'wide', database: 'db' });
    const seconds = (performance.now() - began) / 1000;
    console.log(`  ${sql}: ${rows.length} rows in ${seconds.toFixed(1)} s, endpoint and worker ${memory.peak()} MB`);
    if (rows.length !== wanted) return false;
  }
  return true;
}

async function send(lake: Lake, table: WideTable, records: number): Promise<number> {
  let [batch, bytes, all] = [[] as { Data: Buffer }[], 0, 0];
  const put = async () => {
    await lake.firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: 'wide', Records: batch }));
    [batch, bytes] = [[], 0];
  };
  for (let index = 0; index < records; index++) {
    const Data = Buffer.from(JSON.stringify(table.record(index)));
    if (bytes + Data.length > MOST_BATCH_BYTES) await put();
    batch.push({ Data });
    bytes += Data.length;
    all += Data.length;
  }
  if (batch.length > 0) await put();
  return all;
}

/** Rows that equal their records; rows come in the order of the puts. */
async function countEqual(lake: Lake, table: WideTable, records: number): Promise<number> {
  const { parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const seen = new Set<string>();
  let [next, equal, last] = [0, 0, performance.now()];
  while (next < records && performance.now() - last < QUIET_MS) {
    const keys = (await lake.keys('data/')).filter((key) => !seen.has(key));
    if (keys.length === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    const found = new Map<number, unknown>();
    for (const key of keys) {
      seen.add(key);
      last = performance.now();
      const body = await lake.body(key);
      const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer;
      for (const row of await parquetReadObjects({ file, compressors })) {
        const plain = withoutNulls(row);
        found.set(rowOf(plain), plain);
      }
    }
    for (const [row, value] of found) if (isDeepStrictEqual(value, withoutNulls(table.record(row)))) equal++;
    next += found.size;
  }
  return equal;
}

/** Number of a row's record: part of its first values. */
function rowOf(value: unknown): number {
  const text = /v(\d+)-/.exec(JSON.stringify(value))?.[1];
  return Number(text);
}

main(Number(process.argv[2] ?? 1_000));
