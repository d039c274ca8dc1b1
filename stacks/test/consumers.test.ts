import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { ConfigError } from '../config/config-error';
import { environments } from '../config/environments';
import { loadConfiguration } from '../config/load';
import type { PolicyStatement } from '../constructs/policy';
import { faultsOf, synthesize, synthesizeTo, temporaryFolder } from './support';

/*
 * Resources that consumers add to the stack. stacks-full.test.ts shows that Terraform applies them, changes each
 * setting in place and destroys them; the demo's and the console's tests show their work.
 */

const plain = { ...environments.dev, alarmTopic: true };
const consumers = ['alerts', 'insights'];

test('consumers add resources of their own and leave the others as they are, save for the dashboard', () => {
  const [before, after] = [synthesize(plain), synthesize({ ...plain, consumers })];
  const added: string[] = [];
  for (const [type, blocks] of Object.entries(after.resource)) {
    for (const [name, block] of Object.entries(blocks)) {
      const same = before.resource[type]?.[name];
      if (same === undefined) added.push(`${type}.${name}`);
      else if (type !== 'aws_cloudwatch_dashboard') expect(block).toEqual(same);
    }
  }
  expect(added.filter((address) => /alerts/.test(address)).sort()).toEqual([
    'aws_cloudwatch_log_group.consumer_alerts_log_group',
    'aws_cloudwatch_metric_alarm.observability_alerts_dead_letters',
    'aws_cloudwatch_metric_alarm.observability_alerts_errors',
    'aws_cloudwatch_metric_alarm.observability_alerts_lag',
    'aws_iam_role.consumer_alerts_role',
    'aws_iam_role_policy.consumer_alerts_role_policy',
    'aws_lambda_event_source_mapping.consumer_alerts_mapping',
    'aws_lambda_function.consumer_alerts',
    'aws_sqs_queue.consumer_alerts_dead_letters',
  ]);
  expect(added).toHaveLength(18);
  expect(after.output.consumer_function_names?.value).toMatch(/consumer_alerts.*,.*consumer_insights/);
});

test('a role has the rights that its consumer uses, and no other', () => {
  const { resource } = synthesize({ ...environments.prod, consumers });
  const rights = (name: string) => {
    const { policy } = resource.aws_iam_role_policy?.[`consumer_${name}_role_policy`] ?? {};
    const { Statement } = JSON.parse(String(policy)) as { Statement: PolicyStatement[] };
    return Object.fromEntries(Statement.map(({ Sid, Action }) => [Sid, [Action].flat()]));
  };
  const both = {
    ReadStream: [
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    ],
    DecryptRecords: ['kms:Decrypt'],
    WriteLog: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    SendDeadLetters: ['sqs:SendMessage'],
    EncryptDeadLetters: ['kms:Decrypt', 'kms:GenerateDataKey'],
  };
  expect(rights('insights')).toEqual({ ...both, PutMetrics: ['cloudwatch:PutMetricData'] });
  expect(rights('alerts')).toEqual({
    ...both,
    PublishAlerts: ['sns:Publish'],
    EncryptAlerts: ['kms:Decrypt', 'kms:GenerateDataKey'],
  });
});

test('the same sources make the same package, at any time; it holds the handler, and Lambda calculates its hash', () => {
  const packages = [0, 1].map(() => {
    const folder = temporaryFolder();
    try {
      synthesizeTo(folder.path, { ...plain, consumers: ['insights'] });
      const [asset = ''] = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.zip'),
      );
      const { resource } = JSON.parse(readFileSync(join(folder.path, 'main.tf.json'), 'utf8')) as {
        resource: { aws_lambda_function: Record<string, { filename: string; source_code_hash: string }> };
      };
      const { filename, source_code_hash } = resource.aws_lambda_function.consumer_insights ?? {};
      const zip = readFileSync(join(folder.path, asset));
      expect(filename).toBe(asset.replaceAll('\\', '/'));
      expect(createHash('sha256').update(zip).digest('base64')).toBe(source_code_hash);
      return zip;
    } finally {
      folder.remove();
    }
  });
  expect(packages[0]?.equals(packages[1] as Buffer)).toBe(true);
  const files = unzipSync(new Uint8Array(packages[0] as Buffer));
  expect(Object.keys(files)).toEqual(['index.js']);
  const code = Buffer.from(files['index.js'] as Uint8Array).toString();
  expect(code).toContain('METRICS_NAMESPACE');
  // The bundle must not contain paths of this machine.
  expect(code).not.toContain(process.cwd());
});

test('a consumer is named by its folder, once, with settings that AWS takes', () => {
  expect(() => synthesize({ consumers: ['alert'] })).toThrow(ConfigError);
  expect(() => synthesize({ consumers: ['alert'] })).toThrow(/no folder of consumers\/.*alerts, insights/);
  const rules = (input: Parameters<typeof faultsOf>[0]) => faultsOf(input).map(({ key, rule }) => `${key} ${rule}`);
  expect(rules({ consumers: ['alerts'] })).toEqual(['consumers need alarmTopic = true: alerts publishes to it']);
  expect(rules({ consumers: ['insights', 'insights'] })).toEqual(['consumers must not name a consumer twice']);
  expect(rules({ consumers: [{ name: 'insights', parallelizationFactor: 2 }] })).toEqual([
    'consumers[0].parallelizationFactor must be 1 with a tumbling window: a shard has one state',
  ]);
  expect(rules({ consumers: [{ name: 'insights', maximumRecordAgeSeconds: 30 }] })).toEqual([
    'consumers[0].maximumRecordAgeSeconds must be 60 to 604,800 seconds, or -1 for no limit',
  ]);
  expect(rules({ tableFormat: 'iceberg', consumers: ['aa', 'bb', 'cc', 'dd'] })).toEqual([
    'consumers must be at most 3: a shard is read 5 times a second, by each consumer and delivery once',
  ]);
});

test('the variable takes names with commas, and objects as JSON', () => {
  const read = (LAKEHOUSE_CONSUMERS: string) =>
    loadConfiguration({ LAKEHOUSE_ALARM_TOPIC: 'true', LAKEHOUSE_CONSUMERS }).settings.consumers.map(
      ({ name, batchSize, uses }) => [name, batchSize, ...uses],
    );
  expect(read('alerts, insights')).toEqual([
    ['alerts', 100, 'alarm-topic'],
    ['insights', 100, 'metrics'],
  ]);
  expect(read('[{"name": "alerts", "batchSize": 7}, "insights"]')).toEqual([
    ['alerts', 7, 'alarm-topic'],
    ['insights', 100, 'metrics'],
  ]);
});
