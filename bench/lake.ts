/**
 * A lake of many small objects, as a laptop's short buffers make it: time of the usual first queries, and memory of the
 * endpoint and its query workers, compared with DuckDB alone on the same files.
 * Run: npx tsx bench/lake.ts [objects] [rows in each] [folder to keep the lake in]
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { type BenchEndpoint, withEndpoint } from './endpoint';
import { median, timed } from './timing';

const TABLE = '"lake"."events"';
const HOURS = 24 * 30;
const AT_ONCE = 32;
/** Upper bounds in ms. */
const BOUNDS: Readonly<Record<string, number>> = {
  'ten rows, cold': 1_000,
  'ten rows, warm': 300,
  'count, cold': 10_000,
  'count, warm': 10_000,
  'one hour': 100,
};
const MAX_MEMORY_MB = 1_000;

const QUERIES: readonly (readonly [name: string, sql: string, rounds: number])[] = [
  ['ten rows, cold', 'SELECT * FROM TABLE LIMIT 10', 1],
  ['ten rows, warm', 'SELECT * FROM TABLE LIMIT 10', 5],
  ['ten of a kind', "SELECT * FROM TABLE WHERE status = 'Active' LIMIT 10", 3],
  ['count, cold', 'SELECT count(*) FROM TABLE', 1],
  ['count, warm', 'SELECT count(*) FROM TABLE', 3],
  ['count by hour', 'SELECT hour, count(*) FROM TABLE GROUP BY 1 ORDER BY 1', 1],
  [
    'one hour',
    "SELECT count(*), max(phone) FROM TABLE WHERE year = '2026' AND month = '01' AND day = '05' AND hour = '07'",
    5,
  ],
  [
    'one day by status',
    "SELECT hour, status, count(*) FROM TABLE WHERE year = '2026' AND month = '01' AND day = '05' GROUP BY 1, 2",
    3,
  ],
  ['all by status', 'SELECT status, count(*) FROM TABLE GROUP BY 1', 1],
];

async function main(objects: number, rows: number, folder: string | undefined): Promise<void> {
  await withEndpoint(
    [],
    async (endpoint) => {
      await fill(endpoint, objects, rows);
      await ask(endpoint);
    },
    folder,
  );
}

async function ask({ config, dataDir, pid }: BenchEndpoint, only = process.env.ONLY): Promise<void> {
  const athena = new AthenaClient(config);
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  const glob = `read_parquet('${join(dataDir, 's3', 'lake', 'objects', 'events', '**', '*.parquet')}')`;
  const memory = watchMemory(pid);
  let missed = false;
  try {
    for (const [name, sql, rounds] of QUERIES.filter(([name]) => only === undefined || name === only)) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        times.push(await timed(() => query(athena, sql.replace('TABLE', TABLE))));
      }
      const ours = median(times);
      const bound = BOUNDS[name];
      missed ||= bound !== undefined && ours > bound;
      console.log(
        `${name.padEnd(18)} ${ours.toFixed(0)} ms${bound === undefined ? '' : ` (bound ${bound})`}, ${memory.now()} MB`,
      );
    }
  } finally {
    memory.stop();
  }
  const peak = memory.stop();
  console.log(`endpoint and workers took ${peak} MB at most (bound ${MAX_MEMORY_MB})`);
  for (const sql of [
    `SELECT * FROM ${glob} LIMIT 10`,
    `SELECT count(*) FROM ${glob}`,
    `SELECT status, count(*) FROM ${glob} GROUP BY 1`,
  ]) {
    const ms = await timed(() => connection.runAndReadAll(sql));
    console.log(`DuckDB's own glob: ${sql.replace(glob, '…')}: ${ms.toFixed(0)} ms`);
  }
  connection.closeSync();
  instance.closeSync();
  athena.destroy();
  if (missed || peak > MAX_MEMORY_MB) process.exitCode = 1;
}

/** Peak memory of the endpoint and its child processes, sampled. Linux only. */
function watchMemory(pid: number): { now(): number; stop(): number } {
  let peak = 0;
  const look = () => {
    const tree = execFileSync('ps', ['-o', 'rss=', '--pid', String(pid), '--ppid', String(pid)]).toString();
    const total = tree.split('\n').reduce((sum, line) => sum + Number(line), 0) / 1024;
    peak = Math.max(peak, total);
    return Math.round(total);
  };
  const timer = setInterval(look, 250);
  return {
    now: look,
    stop: () => {
      clearInterval(timer);
      return Math.round(peak);
    },
  };
}

/** Puts the objects of a month, an hour in a folder, unless an earlier run left them. */
async function fill({ config, dataDir }: BenchEndpoint, objects: number, rows: number): Promise<void> {
  const clients = [
    new S3Client({ ...config, forcePathStyle: true }),
    new GlueClient(config),
    new AthenaClient(config),
  ] as const;
  const [s3, glue, athena] = clients;
  const made = await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } })).catch(() => undefined);
  if (made !== undefined) {
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    await glue.send(new CreateTableCommand({ DatabaseName: 'lake', TableInput: table() }));
    const ResultConfiguration = { OutputLocation: 's3://lake/results/' };
    await athena.send(new CreateWorkGroupCommand({ Name: 'lakehouse', Configuration: { ResultConfiguration } }));
    const started = performance.now();
    const bodies = await bodiesOf(rows, dataDir);
    let next = 0;
    const put = async () => {
      for (let index = next++; index < objects; index = next++) {
        await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: keyOf(index), Body: bodies[index % bodies.length] }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, put));
    console.log(`${objects} objects of ${rows} rows put in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  for (const client of clients) client.destroy();
}

function keyOf(index: number): string {
  const hour = index % HOURS;
  const pad = (value: number) => String(value).padStart(2, '0');
  return `events/2026/01/${pad(1 + Math.floor(hour / 24))}/${pad(hour % 24)}/events-1-2026-01-${index}.parquet`;
}

function table() {
  const keys = { year: '2026,2030', month: '1,12', day: '1,31', hour: '0,23' };
  const projection = Object.entries(keys).flatMap(([key, range]) => [
    [`projection.${key}.type`, 'integer'],
    [`projection.${key}.range`, range],
    ...(key === 'year' ? [] : [[`projection.${key}.digits`, '2']]),
  ]);
  const columns = ['uuid', 'event_date', 'status', 'name', 'last_name', 'email', 'phone'];
  return {
    Name: 'events',
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      'projection.enabled': 'true',
      'storage.location.template': `s3://lake/events/${Object.keys(keys)
        .map((key) => `$\{${key}}/`)
        .join('')}`,
      ...Object.fromEntries(projection),
    },
    PartitionKeys: Object.keys(keys).map((Name) => ({ Name, Type: 'string' })),
    StorageDescriptor: {
      Columns: columns.map((Name) => ({ Name, Type: 'string' })),
      Location: 's3://lake/events/',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    },
  };
}

/** The bytes of a few objects, which are put again and again. */
async function bodiesOf(rows: number, folder: string): Promise<Buffer[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const bodies: Buffer[] = [];
  for (let body = 0; body < 8; body++) {
    const file = join(folder, `body-${body}.tmp`);
    await connection.run(
      `COPY (SELECT CAST(uuid() AS VARCHAR) AS uuid, '2026-01-05T21:35:54.123456+00:00' AS event_date,
         ['Active', 'Inactive', 'Canceled'][i % 3 + 1] AS status, 'Name' || i % 3000 AS name, 'Last' || i % 1000 AS last_name,
         'user' || i || '@example.com' AS email, CAST(900000000 + i AS VARCHAR) AS phone
       FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    bodies.push(readFileSync(file));
  }
  connection.closeSync();
  instance.closeSync();
  return bodies;
}

async function query(athena: AthenaClient, QueryString: string): Promise<void> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({ QueryString, WorkGroup: 'lakehouse' }),
  );
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === 'FAILED' || State === 'CANCELLED') throw new Error(`${QueryString}: ${StateChangeReason}`);
    if (State === 'SUCCEEDED') break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await athena.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 10 }));
}

main(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 100), process.argv[4]).catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
