import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { localFixture } from 'lakehouse-local/testing';
import { rowsOf } from 'lakehouse-local/testing/athena';
import type { SettingsInput } from '../config/schema';
import { icebergQueries } from '../named-queries';
import { runTerraform, synthesizeTo, temporaryFolder, terraformOrFail } from './support';

/**
 * Every feature beyond the defaults, except lifecycle rules and the access log bucket, which has one: the provider waits
 * 55 s for each.
 */
const full: SettingsInput = {
  dataDeletion: 'allowed',
  encryption: 'customer-key',
  streamMode: 'ON_DEMAND',
  shardLevelMetrics: [],
  partitions: 'datehour',
  bucketVersioning: true,
  bucketLifecycle: false,
  alarmTopic: true,
  alarmEmail: 'team@example.com',
  consumers: ['alerts', 'insights'],
  tableFormat: 'iceberg',
  movements: ['outside-in', 'inside-out', 'around-the-perimeter'],
};

/** A new value for each setting that Terraform can change in place. */
const changed: SettingsInput = {
  ...full,
  streamMode: 'PROVISIONED',
  shardCount: 4,
  retentionPeriod: 48,
  shardLevelMetrics: ['IncomingBytes'],
  partitionsFromYear: 2025,
  columns: [
    { name: 'uuid', type: 'string' },
    { name: 'event_date', type: 'string' },
    { name: 'status', type: 'string' },
    { name: 'amount', type: 'decimal(10,2)' },
  ],
  bufferingSize: 64,
  bufferingInterval: 60,
  backupBufferingSize: 10,
  backupBufferingInterval: 120,
  s3ErrorOutputPrefix: 'failed/',
  s3BackupPrefix: 'raw/',
  jsonDeserializer: 'openx',
  cloudwatchLogRetentionDays: 7,
  scanLimitBytes: 10_485_760,
  queryResultPrefix: 'answers/',
  freshnessAlarmSeconds: 600,
  sourceLagAlarmSeconds: 60,
  // Each setting of a consumer but its startingPosition, which AWS takes at the mapping's creation alone.
  consumers: [
    {
      name: 'alerts',
      enabled: false,
      batchSize: 500,
      batchingWindowSeconds: 0,
      parallelizationFactor: 4,
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: 3600,
      bisectBatchOnError: false,
      partialResponses: false,
      filters: [{ data: { status: ['Canceled'] } }],
      memoryMb: 128,
      timeoutSeconds: 30,
      reservedConcurrency: 2,
      logRetentionDays: 7,
      lagAlarmSeconds: 60,
      uses: ['metrics'],
      managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
      environment: { ALARM_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:other', ALERT_KEY_WORDS: 'Active' },
    },
    { name: 'insights', tumblingWindowSeconds: 120 },
  ],
  snapshotRetentionDays: 30,
  pointInTimeRecovery: false,
  tags: { Team: 'Data' },
  projectName: 'Another',
};

/** A line of `terraform plan -json` ("Machine-Readable UI"). */
interface Message {
  readonly type: string;
  readonly change?: { readonly action: string; readonly resource: { readonly resource_type: string } };
}

const folder = temporaryFolder();
const work = join(folder.path, 'work');
const endpoint = localFixture();
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  mkdirSync(work);
  env = { AWS_ENDPOINT_URL: endpoint.url, AWS_EC2_METADATA_DISABLED: 'true' };
  configure(full);
  await terraformOrFail(work, ['init'], env);
});

afterAll(() => folder.remove());

function configure(input: SettingsInput, deletionSwitch = false): void {
  synthesizeTo(work, input, { local: true, deletionSwitch });
}

/** Resources of a plan, by action: `update aws_kinesis_stream`. */
async function planned(...args: string[]): Promise<string[]> {
  const { stdout } = await terraformOrFail(work, ['plan', '-out=plan', '-json', ...args], env);
  const messages = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Message);
  expect(messages.map(({ type }) => type)).toContain('change_summary');
  return messages.flatMap(({ type, change }) =>
    type === 'planned_change' && change !== undefined ? [`${change.action} ${change.resource.resource_type}`] : [],
  );
}

/** Makes commits and changes columns, which must not show as differences in Terraform. */
async function changeIcebergTable(): Promise<void> {
  // There is no snapshot of yesterday yet.
  const saved = icebergQueries('kinesis-rd-db', 'tbl-kinesis-rd-iceberg', [{ name: 'uuid' }]).filter(
    ({ name }) => name !== 'iceberg-yesterday',
  );
  for (const QueryString of [
    `INSERT INTO "kinesis-rd-db"."tbl-kinesis-rd-iceberg" (uuid, status) VALUES ('1', 'Active')`,
    'ALTER TABLE `kinesis-rd-db`.`tbl-kinesis-rd-iceberg` ADD COLUMNS (note string)',
    ...saved.map(({ sql }) => sql),
  ]) {
    await rowsOf(endpoint.athena, { QueryString, WorkGroup: 'kinesis-rd' });
  }
}

test('the full-featured lakehouse: applied, unchanged, changed in place, guarded, destroyed', async () => {
  await terraformOrFail(work, ['apply', '-auto-approve'], env);
  expect(await planned()).toEqual([]);
  await changeIcebergTable();
  expect(await planned()).toEqual([]);

  configure(changed);
  const changes = await planned();
  expect(changes.filter((change) => /^(delete|replace) /.test(change))).toEqual([]);
  expect([...new Set(changes)].sort()).toEqual([
    'create aws_iam_role_policy_attachment',
    'update aws_athena_workgroup',
    'update aws_cloudwatch_log_group',
    'update aws_cloudwatch_metric_alarm',
    'update aws_dynamodb_table',
    'update aws_glue_catalog_database',
    'update aws_glue_catalog_table',
    'update aws_glue_catalog_table_optimizer',
    'update aws_iam_role',
    'update aws_iam_role_policy',
    'update aws_kinesis_firehose_delivery_stream',
    'update aws_kinesis_stream',
    'update aws_kms_key',
    'update aws_lambda_event_source_mapping',
    'update aws_lambda_function',
    'update aws_s3_bucket',
    'update aws_sns_topic',
    'update aws_sqs_queue',
  ]);
  await terraformOrFail(work, ['apply', 'plan'], env);
  expect(await planned()).toEqual([]);

  // One at a time: Terraform does not look at a resource whose dependency is refused.
  for (const [kind, renamed] of Object.entries({
    stream: { streamName: 'another' },
    bucket: { s3BucketName: 'another-lake' },
    'delivery stream': { deliveryStreamName: 'another' },
  })) {
    configure({ ...changed, ...renamed });
    const { code, said } = await runTerraform(work, ['plan', '-refresh=false'], env);
    expect(code).toBe(1);
    expect(said.replace(/[│\s]+/g, ' ')).toContain(`This change would replace the ${kind}, and what it holds`);
  }
  configure({ ...changed, streamName: 'another' }, true);
  expect(await planned('-refresh=false')).toContain('replace aws_kinesis_stream');

  configure(changed);
  await terraformOrFail(work, ['destroy', '-auto-approve'], env);
  expect((await terraformOrFail(work, ['state', 'list'], env)).stdout).toBe('');
}, 600_000);

test('with deletion forbidden, a destroy is refused before anything is deleted', async () => {
  const target = '-target=aws_s3_bucket_logging.lake_bucket_logging';
  configure({ dataDeletion: 'with-switch', bucketAccessLogs: true });
  await terraformOrFail(work, ['apply', '-auto-approve', target], env);
  expect(await planned(target)).toEqual([]);
  const before = await terraformOrFail(work, ['state', 'list'], env);
  const { code, said } = await runTerraform(work, ['destroy', '-auto-approve'], env);
  expect(code).toBe(1);
  expect(said).toContain('lifecycle.prevent_destroy');
  const { stdout } = await terraformOrFail(work, ['state', 'list'], env);
  expect(stdout).toBe(before.stdout);
  expect(stdout).toContain('aws_s3_bucket.lake_bucket\n');
}, 120_000);
