/**
 * Cost of a query beyond the engine: the article's record, a million rows in 24 hourly partitions, queried through
 * Athena's API (start, poll every 15 ms, the CSV written) and by DuckDB alone on the same files (rows fetched). The first
 * poll comes at a random time: with a fixed one, queries that end shortly before or after a poll differ by 18 ms.
 * Run: npx tsx bench/athena.ts [rows]
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { type BenchEndpoint, withEndpoint } from './endpoint';
import { median, timed } from './timing';

const ROUNDS = 25;
/** Poll interval in milliseconds: short enough to notice the end, long enough to leave the CPU to the query. */
const POLL_MS = 15;
const TABLE = '"kinesis-rd-db"."tbl-kinesis-rd"';
const COLUMNS = ['uuid', 'event_date', 'status', 'name', 'last_name', 'email', 'phone'];
const QUERIES: Readonly<Record<string, string>> = {
  'count by status': 'SELECT status, count(*) AS n FROM TABLE GROUP BY status',
  'distinct e-mails': 'SELECT count(DISTINCT email) AS n FROM TABLE',
  'one hour': "SELECT count(*) AS n, max(phone) AS m FROM TABLE WHERE hour = '07'",
  'search and sort': "SELECT uuid, email FROM TABLE WHERE email LIKE 'user12%' ORDER BY email LIMIT 100",
  'ten rows': 'SELECT * FROM TABLE LIMIT 10',
};

const main = (rows: number): Promise<void> => withEndpoint([], (endpoint) => compare(endpoint, rows));

async function compare({ config, dataDir }: BenchEndpoint, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '256MB' });
  const connection = await instance.connect();
  const athena = new AthenaClient(config);
  try {
    await fill(config, dataDir, rows, (sql) => connection.run(sql));
    const source = parquetFiles(dataDir)
      .map((file) => {
        const [, year, month, day, hour] = /\/(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\/[^/]+$/.exec(file) ?? [];
        return `SELECT *, '${year}' AS year, '${month}' AS month, '${day}' AS day, '${hour}' AS hour FROM read_parquet('${file}')`;
      })
      .join(' UNION ALL ');
    let worst = 0;
    for (const [name, query] of Object.entries(QUERIES)) {
      const theirs: number[] = [];
      const ours: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        theirs.push(await timed(() => connection.runAndReadAll(query.replace('TABLE', `(${source})`))));
        ours.push(await timed(() => ask(athena, query.replace('TABLE', TABLE))));
      }
      const [a, b] = [median(theirs), median(ours)];
      worst = Math.max(worst, b / (1.5 * a + 50));
      console.log(
        `${name.padEnd(18)} DuckDB ${a.toFixed(1)} ms, Athena here ${b.toFixed(1)} ms (${(b - a).toFixed(1)} ms more)`,
      );
    }
    console.log(`${rows} rows: at worst ${worst.toFixed(2)} of the allowance, which is 1.5 times DuckDB plus 50 ms`);
    if (worst > 1) process.exitCode = 1;
  } finally {
    athena.destroy();
    connection.closeSync();
    instance.closeSync();
  }
}

/** A bucket, the article's table with its projection, and an object for each hour of a day. */
async function fill(
  config: BenchEndpoint['config'],
  dataDir: string,
  rows: number,
  run: (sql: string) => Promise<unknown>,
): Promise<void> {
  const [s3, glue, athena] = [
    new S3Client({ ...config, forcePathStyle: true }),
    new GlueClient(config),
    new AthenaClient(config),
  ];
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'kinesis-rd-db' } }));
  const integer = (range: string) => ({ type: 'integer', range, digits: '2' });
  const keys: Record<string, Record<string, string>> = {
    year: { type: 'date', format: 'yyyy', range: '2022,NOW', interval: '1', 'interval.unit': 'YEARS' },
    month: integer('1,12'),
    day: integer('1,31'),
    hour: integer('0,23'),
  };
  const projection = Object.entries(keys).flatMap(([key, settings]) =>
    Object.entries(settings).map(([name, value]) => [`projection.${key}.${name}`, value] as const),
  );
  const template = `s3://lake/tbl-kinesis-rd/${Object.keys(keys)
    .map((key) => `$\{${key}}/`)
    .join('')}`;
  await glue.send(
    new CreateTableCommand({
      DatabaseName: 'kinesis-rd-db',
      TableInput: {
        Name: 'tbl-kinesis-rd',
        TableType: 'EXTERNAL_TABLE',
        Parameters: {
          'projection.enabled': 'true',
          'storage.location.template': template,
          ...Object.fromEntries(projection),
        },
        PartitionKeys: Object.keys(keys).map((Name) => ({ Name, Type: 'string' })),
        StorageDescriptor: {
          Columns: COLUMNS.map((Name) => ({ Name, Type: 'string' })),
          Location: 's3://lake/tbl-kinesis-rd/',
          SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
        },
      },
    }),
  );
  await athena.send(
    new CreateWorkGroupCommand({
      Name: 'lakehouse',
      Configuration: { ResultConfiguration: { OutputLocation: 's3://lake/results/' } },
    }),
  );
  const perHour = Math.ceil(rows / 24);
  const file = join(dataDir, 'hour.parquet');
  for (let hour = 0; hour < 24; hour++) {
    await run(
      `COPY (SELECT CAST(uuid() AS VARCHAR) AS uuid, '2022-02-04T21:35:54.123456+00:00' AS event_date,
         ['Active', 'Inactive', 'Canceled'][i % 3 + 1] AS status, 'Name' || i % 3000 AS name, 'Last' || i % 1000 AS last_name,
         'user' || i || '@example.com' AS email, CAST(900000000 + i AS VARCHAR) AS phone
       FROM range(${hour * perHour}, ${(hour + 1) * perHour}) t(i)) TO '${file}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    const Key = `tbl-kinesis-rd/2022/02/04/${String(hour).padStart(2, '0')}/part.parquet`;
    await s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body: readFileSync(file) }));
  }
  rmSync(file);
  for (const client of [s3, glue, athena]) client.destroy();
}

async function ask(athena: AthenaClient, QueryString: string): Promise<void> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({ QueryString, WorkGroup: 'lakehouse' }),
  );
  await sleep(Math.random() * POLL_MS);
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === 'SUCCEEDED') return;
    if (State === 'FAILED' || State === 'CANCELLED') throw new Error(StateChangeReason);
    await sleep(POLL_MS);
  }
}

function parquetFiles(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? parquetFiles(path) : path.endsWith('.parquet') ? [path] : []))
    .sort();
}

main(Number(process.argv[2] ?? 1_000_000)).catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
