import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListWorkGroupsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { FirehoseClient, ListDeliveryStreamsCommand } from '@aws-sdk/client-firehose';
import { GetDatabasesCommand, GlueClient } from '@aws-sdk/client-glue';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { DescribeStreamSummaryCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { type LocalEndpoint, startLocal } from 'lakehouse-local';

/** Terraform waits 10 s before its first look at a new stream, and again on delete: each step takes its time. */
const STEP_MS = 150_000;
const project = join(__dirname, '..');

let endpoint: LocalEndpoint;
let folder: string;
let environment: NodeJS.ProcessEnv;
let outputs: Record<string, string>;
const sent: { uuid: string; status: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-e2e-'));
  endpoint = await startLocal({ port: 0, dataDir: join(folder, 'data') });
  environment = {
    ...process.env,
    LAKEHOUSE_ENV: 'local',
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
  };
});

afterAll(async () => {
  await endpoint?.close();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'a saved plan holds the whole pipeline and is applied as it was saved',
  async () => {
    exits(2, await cycle('plan'));
    exits(0, await cycle('apply', '--yes'));
    outputs = JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'))['lakehouse-local'];
    expect(outputs.kinesis_stream_name).toBe('kinesis-rd-stream');
    expect(outputs.kinesis_stream_arn).toMatch(/^arn:aws:kinesis:us-east-1:000000000000:stream\/kinesis-rd-stream$/);
  },
  STEP_MS,
);

test(
  'a second plan says that nothing changes',
  async () => {
    exits(0, await cycle('plan'));
  },
  STEP_MS,
);

test(
  'the producer delivers to the stream that the outputs name',
  async () => {
    const { code, stdout, stderr } = await run('producer/dist/cli.js', [
      '--amount',
      '25',
      '--outputs',
      join(folder, 'outputs.json'),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/25 messages delivered/) });
    sent.push(
      ...stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(new Set(sent.map(({ uuid }) => uuid)).size).toBe(25);
  },
  STEP_MS,
);

test(
  "Parquet lands under Firehose's own key, with Snappy and the table's seven columns",
  async () => {
    const bucket = outputs.lake_bucket_name;
    const key = await eventually(async () => {
      const { Contents } = await client(S3Client).send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: 'tbl-kinesis-rd/' }),
      );
      return Contents?.[0]?.Key;
    });
    expect(key).toMatch(
      /^tbl-kinesis-rd\/\d{4}\/\d\d\/\d\d\/\d\d\/kinesis-rd_delivery_stream-1-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}\.parquet$/,
    );
    const { Body } = await client(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
    const { parquetMetadata } = await import('hyparquet');
    const metadata = parquetMetadata(new Uint8Array(bytes).buffer);
    expect(metadata.schema.slice(1).map(({ name }) => name)).toEqual([
      'uuid',
      'event_date',
      'status',
      'name',
      'last_name',
      'email',
      'phone',
    ]);
    expect(
      new Set(metadata.row_groups.flatMap(({ columns }) => columns.map((column) => column.meta_data?.codec))),
    ).toEqual(new Set(['SNAPPY']));
  },
  STEP_MS,
);

test(
  'SQL finds every record that was sent, once, with its partition',
  async () => {
    const table = `"${outputs.glue_database_name}"."${outputs.glue_table_name}"`;
    const rows = await eventually(async () => {
      const found = await query(`SELECT uuid, status, year, month, day, hour FROM ${table}`);
      return found.length >= sent.length ? found : undefined;
    });
    expect(rows.map(([uuid, status]) => `${uuid} ${status}`).sort()).toEqual(
      sent.map(({ uuid, status }) => `${uuid} ${status}`).sort(),
    );
    for (const [, , year, month, day, hour] of rows) {
      expect([year, month, day, hour]).toEqual([
        expect.stringMatching(/^20\d\d$/),
        ...Array(3).fill(expect.stringMatching(/^\d\d$/)),
      ]);
    }
  },
  STEP_MS,
);

test(
  'the raw records are backed up as they were sent',
  async () => {
    const bucket = outputs.lake_bucket_name;
    const backed = await eventually(async () => {
      const { Contents } = await client(S3Client).send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'source/' }));
      const bodies = await Promise.all(
        (Contents ?? []).map(async ({ Key }) => {
          const { Body } = await client(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key }));
          return (await Body?.transformToString()) ?? '';
        }),
      );
      const uuids = bodies.join('').match(/"uuid": ?"[^"]+"/g) ?? [];
      return uuids.length >= sent.length ? uuids : undefined;
    });
    expect(backed).toHaveLength(sent.length);
  },
  STEP_MS,
);

test(
  'the shard count is updated in place, from 1 to 2',
  async () => {
    environment.LAKEHOUSE_SHARD_COUNT = '2';
    expect(await cycle('plan')).toMatchObject({
      code: 2,
      stdout: expect.not.stringMatching(/[1-9]\d* to (replace|delete)/),
    });
    exits(0, await cycle('apply', '--yes'));
    const { StreamDescriptionSummary } = await client(KinesisClient).send(
      new DescribeStreamSummaryCommand({ StreamName: outputs.kinesis_stream_name }),
    );
    expect(StreamDescriptionSummary?.OpenShardCount).toBe(2);
    exits(0, await cycle('plan'));
  },
  STEP_MS,
);

test(
  'destroy leaves nothing: no stream, bucket with data, table, role, log group or workgroup',
  async () => {
    exits(0, await cycle('destroy', '--yes'));
    const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
    expect(state.resources).toEqual([]);
    const left = await Promise.all([
      client(KinesisClient)
        .send(new ListStreamsCommand({}))
        .then(({ StreamNames }) => StreamNames),
      client(FirehoseClient)
        .send(new ListDeliveryStreamsCommand({}))
        .then(({ DeliveryStreamNames }) => DeliveryStreamNames),
      client(S3Client)
        .send(new ListBucketsCommand({}))
        .then(({ Buckets }) => Buckets ?? []),
      client(GlueClient)
        .send(new GetDatabasesCommand({}))
        .then(({ DatabaseList }) => DatabaseList?.filter(({ Name }) => Name !== 'default')),
      client(IAMClient)
        .send(new ListRolesCommand({}))
        .then(({ Roles }) => Roles),
      client(CloudWatchLogsClient)
        .send(new DescribeLogGroupsCommand({}))
        .then(({ logGroups }) => logGroups),
      client(AthenaClient)
        .send(new ListWorkGroupsCommand({}))
        .then(({ WorkGroups }) => WorkGroups?.filter(({ Name }) => Name !== 'primary')),
    ]);
    expect(left).toEqual([[], [], [], [], [], [], []]);
  },
  STEP_MS,
);

/** Runs one of the plan's commands as `npm run` does, with state, plan and outputs of its own. */
function cycle(command: 'plan' | 'apply' | 'destroy', ...args: string[]) {
  return run(`tools/dist/commands/${command}.js`, [
    ...[
      '--out',
      join(folder, 'cdktf.out'),
      '--plan-file',
      join(folder, 'plan.tfplan'),
      '--state',
      join(folder, 'state.json'),
    ],
    ...['--outputs-file', join(folder, 'outputs.json'), ...args],
  ]);
}

/** Asserts an exit code, and shows what the command said where it is another. */
function exits(code: number, result: { code: number; stdout: string; stderr: string }): void {
  if (result.code !== code)
    throw new Error(`Exit code ${result.code}, not ${code}:\n${result.stdout}\n${result.stderr}`);
}

/** Runs a built command. */
function run(script: string, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...args],
      { cwd: project, env: environment, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : ((error.code as unknown as number) ?? -1), stdout, stderr });
      },
    );
  });
}

/** An SDK client of the endpoint, as any program would make it. */
function client<T>(type: new (options: object) => T): T {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new type({ endpoint: endpoint.url, region: 'us-east-1', credentials, forcePathStyle: true });
}

async function query(sql: string): Promise<(string | undefined)[][]> {
  const athena = client(AthenaClient);
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: outputs.athena_workgroup_name }),
  );
  await eventually(async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === 'FAILED') throw new Error(StateChangeReason);
    return State === 'SUCCEEDED' ? State : undefined;
  });
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (ResultSet?.Rows ?? []).slice(1).map(({ Data }) => (Data ?? []).map(({ VarCharValue }) => VarCharValue));
}

/** Polls until there is a result. @throws after a minute. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not happen within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
