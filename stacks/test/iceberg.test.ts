import { environments } from '../config/environments';
import { synthesize, validate } from './support';

const plain = synthesize(environments.dev);
const iceberg = synthesize({ ...environments.dev, tableFormat: 'iceberg' });

test('an Iceberg table adds resources of its own and leaves the others as they are', () => {
  const added: string[] = [];
  for (const [type, blocks] of Object.entries(iceberg.resource)) {
    for (const [name, block] of Object.entries(blocks)) {
      const before = plain.resource[type]?.[name];
      if (before === undefined) added.push(`${type}.${name}`);
      else if (type !== 'aws_cloudwatch_dashboard') expect(block).toEqual(before);
    }
  }
  expect(added.sort()).toEqual([
    'aws_athena_named_query.query_workgroup_iceberg_delete_rows',
    'aws_athena_named_query.query_workgroup_iceberg_files',
    'aws_athena_named_query.query_workgroup_iceberg_optimize',
    'aws_athena_named_query.query_workgroup_iceberg_snapshots',
    'aws_athena_named_query.query_workgroup_iceberg_vacuum',
    'aws_athena_named_query.query_workgroup_iceberg_yesterday',
    'aws_cloudwatch_metric_alarm.observability_iceberg_data_freshness',
    'aws_cloudwatch_metric_alarm.observability_iceberg_failed_rows',
    'aws_cloudwatch_metric_alarm.observability_iceberg_source_lag',
    'aws_glue_catalog_table.iceberg_table',
    'aws_glue_catalog_table_optimizer.optimizers_compaction',
    'aws_glue_catalog_table_optimizer.optimizers_orphan_file_deletion',
    'aws_glue_catalog_table_optimizer.optimizers_retention',
    'aws_iam_role.iceberg_role',
    'aws_iam_role.optimizers_role',
    'aws_iam_role_policy.iceberg_role_policy',
    'aws_iam_role_policy.optimizers_policy',
    'aws_kinesis_firehose_delivery_stream.iceberg_delivery',
  ]);
  const graphs = (stack: typeof plain) =>
    String(Object.values(stack.resource.aws_cloudwatch_dashboard ?? {})[0]?.dashboard_body);
  expect(graphs(plain)).not.toContain('Iceberg');
  expect(graphs(iceberg)).toContain('DeliveryToIceberg.SuccessfulRowCount');
});

test('without optimizers there is no role for them', () => {
  const { resource } = synthesize({ ...environments.dev, tableFormat: 'iceberg', tableOptimizers: false });
  expect(resource.aws_glue_catalog_table_optimizer).toBeUndefined();
  expect(resource.aws_iam_role).not.toHaveProperty('optimizers_role');
});

test('optimizers change files of the table alone, and keep snapshots for as long as the setting says', () => {
  const { resource } = synthesize({ ...environments.dev, tableFormat: 'iceberg', snapshotRetentionDays: 30 });
  const policy = JSON.parse(String(resource.aws_iam_role_policy?.optimizers_policy?.policy)) as {
    Statement: { Sid: string; Action: string | string[]; Resource: string | string[] }[];
  };
  const find = (sid: string) => policy.Statement.find(({ Sid }) => Sid === sid);
  expect(find('RewriteFiles')?.Resource).toMatch(/\/tbl-kinesis-rd-iceberg\/\*$/);
  expect(find('CommitSnapshots')).toMatchObject({ Action: ['glue:GetTable', 'glue:UpdateTable'] });
  expect(JSON.stringify(resource.aws_glue_catalog_table_optimizer?.optimizers_retention)).toContain(
    '"snapshot_retention_period_in_days":30',
  );
});

test('its role commits to its own table, and removes files below its own prefix alone', () => {
  const policy = String(iceberg.resource.aws_iam_role_policy?.iceberg_role_policy?.policy);
  const statements = (
    JSON.parse(policy) as { Statement: { Sid: string; Action: string; Resource: string | string[] }[] }
  ).Statement;
  const find = (sid: string) => statements.find(({ Sid }) => Sid === sid);
  expect(find('CommitSnapshots')?.Resource).toHaveLength(3);
  expect(find('RemoveFiles')).toMatchObject({ Action: 's3:DeleteObject' });
  expect(find('RemoveFiles')?.Resource).toMatch(/\/tbl-kinesis-rd-iceberg\/\*$/);
});

test('Terraform and the provider take it', async () => {
  await validate([iceberg]);
}, 120_000);
