import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { FirehoseClient, ListDeliveryStreamsCommand } from '@aws-sdk/client-firehose';
import { GetDatabasesCommand, GlueClient } from '@aws-sdk/client-glue';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { DescribeStreamSummaryCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { parquetMetadata } from 'hyparquet';
import { eventually } from 'lakehouse-local/testing';
import { rowsOf } from 'lakehouse-local/testing/athena';
import { Deployment, exits, STEP_MS } from './support/deployment';

const deployment = new Deployment();
let outputs: Record<string, string>;
const sent: { uuid: string; status: string }[] = [];

beforeAll(() => deployment.start());
afterAll(() => deployment.remove());

test(
  'a saved plan holds the whole pipeline and is applied as it was saved',
  async () => {
    exits(2, await deployment.cycle('plan'));
    exits(0, await deployment.cycle('apply', '--yes'));
    outputs = deployment.outputs();
    expect(outputs.kinesis_stream_name).toBe('kinesis-rd-stream');
    expect(outputs.kinesis_stream_arn).toMatch(/^arn:aws:kinesis:us-east-1:000000000000:stream\/kinesis-rd-stream$/);
  },
  STEP_MS,
);

test(
  'a second plan says that nothing changes',
  async () => {
    exits(0, await deployment.cycle('plan'));
  },
  STEP_MS,
);

test(
  'a checkout whose state knows nothing of it is refused before anything is planned',
  async () => {
    const of = (name: string) => join(deployment.folder, `stranger-${name}`);
    const args = ['--synth-out', of('out'), '--plan-file', of('plan'), '--state', of('state.json')];
    const { code, stderr } = await deployment.run('tools/dist/commands/plan.js', args);
    expect({ code, stderr: stderr.trim().split('\n').at(-1) }).toEqual({
      code: 3,
      stderr: expect.stringMatching(
        /^plan: stream kinesis-rd-stream, bucket kinesis-rd-000000000000, delivery stream kinesis-rd_delivery_stream, workgroup \S+ in http:\S+ exist already and are not in this state: /,
      ),
    });
    expect(existsSync(of('plan'))).toBe(false);
  },
  STEP_MS,
);

test(
  'the producer delivers to the stream that the outputs name',
  async () => {
    const { code, stdout, stderr } = await deployment.run('producer/dist/cli.js', [
      '--amount',
      '25',
      '--outputs',
      deployment.outputsFile,
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
      const { Contents } = await deployment
        .client(S3Client)
        .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'tbl-kinesis-rd/' }));
      return Contents?.[0]?.Key;
    });
    expect(key).toMatch(
      /^tbl-kinesis-rd\/\d{4}\/\d\d\/\d\d\/\d\d\/kinesis-rd_delivery_stream-1-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}\.parquet$/,
    );
    const { Body } = await deployment.client(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
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
      const { Contents } = await deployment
        .client(S3Client)
        .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'source/' }));
      const bodies = await Promise.all(
        (Contents ?? []).map(async ({ Key }) => {
          const { Body } = await deployment.client(S3Client).send(new GetObjectCommand({ Bucket: bucket, Key }));
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
    deployment.settings.LAKEHOUSE_SHARD_COUNT = '2';
    expect(await deployment.cycle('plan')).toMatchObject({
      code: 2,
      stdout: expect.not.stringMatching(/[1-9]\d* to (replace|delete)/),
    });
    exits(0, await deployment.cycle('apply', '--yes'));
    const { StreamDescriptionSummary } = await deployment
      .client(KinesisClient)
      .send(new DescribeStreamSummaryCommand({ StreamName: outputs.kinesis_stream_name }));
    expect(StreamDescriptionSummary?.OpenShardCount).toBe(2);
    exits(0, await deployment.cycle('plan'));
  },
  STEP_MS,
);

test(
  'destroy leaves nothing: no stream, bucket with data, table, role, log group or workgroup',
  async () => {
    exits(0, await deployment.cycle('destroy', '--yes'));
    expect(deployment.state().resources).toEqual([]);
    const left = await Promise.all([
      deployment
        .client(KinesisClient)
        .send(new ListStreamsCommand({}))
        .then(({ StreamNames }) => StreamNames),
      deployment
        .client(FirehoseClient)
        .send(new ListDeliveryStreamsCommand({}))
        .then(({ DeliveryStreamNames }) => DeliveryStreamNames),
      deployment
        .client(S3Client)
        .send(new ListBucketsCommand({}))
        .then(({ Buckets }) => Buckets ?? []),
      deployment
        .client(GlueClient)
        .send(new GetDatabasesCommand({}))
        .then(({ DatabaseList }) => DatabaseList?.filter(({ Name }) => Name !== 'default')),
      deployment
        .client(IAMClient)
        .send(new ListRolesCommand({}))
        .then(({ Roles }) => Roles),
      deployment
        .client(CloudWatchLogsClient)
        .send(new DescribeLogGroupsCommand({}))
        .then(({ logGroups }) => logGroups),
      deployment
        .client(AthenaClient)
        .send(new ListWorkGroupsCommand({}))
        .then(({ WorkGroups }) => WorkGroups?.filter(({ Name }) => Name !== 'primary')),
    ]);
    expect(left).toEqual([[], [], [], [], [], [], []]);
  },
  STEP_MS,
);

function query(QueryString: string): Promise<(string | undefined)[][]> {
  return rowsOf(deployment.client(AthenaClient), { QueryString, WorkGroup: outputs.athena_workgroup_name });
}
