import { environments } from '../config/environments';
import type { SettingsInput } from '../config/schema';
import type { PolicyStatement } from '../constructs/policy';
import { faultsOf, only, synthesize } from './support';

/*
 * Resources that the movements add to the stack. stacks-full.test.ts shows that Terraform applies them, changes them in
 * place and destroys them; the demo's and the console's tests show that data move.
 */

const { dev, prod } = environments;
const outsideIn = synthesize({ ...dev, movements: ['outside-in'] });

/** Addresses of resources that settings add; existing ones stay unchanged, except for the dashboard. */
function added(input: SettingsInput, more: SettingsInput): string[] {
  const [before, after] = [synthesize(input), synthesize({ ...input, ...more })];
  const found: string[] = [];
  for (const [type, blocks] of Object.entries(after.resource)) {
    for (const [name, block] of Object.entries(blocks)) {
      const same = before.resource[type]?.[name];
      if (same === undefined) found.push(`${type}.${name}`);
      else if (type !== 'aws_cloudwatch_dashboard') expect(block).toEqual(same);
    }
  }
  return found.sort();
}

/** Actions by statement of a role's policy. */
function rights(stack: typeof outsideIn, name: string) {
  const { Statement } = JSON.parse(String(stack.resource.aws_iam_role_policy?.[name]?.policy)) as {
    Statement: PolicyStatement[];
  };
  return Object.fromEntries(Statement.map(({ Sid, Action, Resource }) => [Sid, { Action, Resource }]));
}

test('outside-in adds resources of its own and leaves the others as they are', () => {
  expect(added(dev, { movements: ['outside-in'] })).toEqual([
    'aws_athena_named_query.query_workgroup_customer_changes_by_kind',
    'aws_athena_named_query.query_workgroup_customer_history',
    'aws_athena_named_query.query_workgroup_customers_now',
    'aws_cloudwatch_log_group.movements_outside_in_delivery_log_group',
    'aws_cloudwatch_log_group.movements_outside_in_rows_log_group',
    'aws_cloudwatch_log_stream.movements_outside_in_delivery_log_stream',
    'aws_cloudwatch_metric_alarm.observability_changes_data_freshness',
    'aws_cloudwatch_metric_alarm.observability_changes_failed_conversion',
    'aws_dynamodb_kinesis_streaming_destination.movements_outside_in_destination',
    'aws_dynamodb_table.movements_customers',
    'aws_glue_catalog_table.movements_outside_in_changes',
    'aws_glue_catalog_table.movements_outside_in_changes_view',
    'aws_iam_role.movements_outside_in_delivery_role',
    'aws_iam_role.movements_outside_in_rows_role',
    'aws_iam_role_policy.movements_outside_in_delivery_role_policy',
    'aws_iam_role_policy.movements_outside_in_rows_policy',
    'aws_kinesis_firehose_delivery_stream.movements_outside_in_delivery',
    'aws_kinesis_stream.movements_outside_in_stream',
    'aws_lambda_function.movements_outside_in_rows',
  ]);
});

test("the table costs what it is asked: on demand, DynamoDB's own key, with recovery unless that is switched off", () => {
  const table = only(outsideIn, 'aws_dynamodb_table');
  expect(table).toMatchObject({
    name: 'kinesis-rd-customers',
    billing_mode: 'PAY_PER_REQUEST',
    point_in_time_recovery: { enabled: true },
    ttl: { enabled: true, attribute_name: 'expires_at' },
    stream_view_type: 'NEW_AND_OLD_IMAGES',
    deletion_protection_enabled: false,
  });
  expect(table).not.toHaveProperty('server_side_encryption');
  const without = synthesize({ ...dev, movements: ['outside-in'], pointInTimeRecovery: false });
  expect(only(without, 'aws_dynamodb_table')).toMatchObject({ point_in_time_recovery: { enabled: false } });
});

test('in production the table is encrypted with the key and can be deleted neither by Terraform nor by DynamoDB', () => {
  const table = only(synthesize({ ...prod, movements: ['outside-in'] }), 'aws_dynamodb_table');
  expect(table).toMatchObject({
    server_side_encryption: { enabled: true, kms_key_arn: expect.stringContaining('aws_kms_key') },
    deletion_protection_enabled: true,
    lifecycle: { prevent_destroy: true },
  });
});

test('the destination waits for the delivery stream, which begins at the end of its source', () => {
  expect(only(outsideIn, 'aws_dynamodb_kinesis_streaming_destination')).toMatchObject({
    approximate_creation_date_time_precision: 'MICROSECOND',
    depends_on: ['aws_kinesis_firehose_delivery_stream.movements_outside_in_delivery'],
  });
});

test('the function may write its log, and delivery may read, transform and write changes, and no more', () => {
  expect(rights(outsideIn, 'movements_outside_in_rows_policy')).toEqual({
    WriteLog: {
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: expect.stringMatching(/rows_log_group\.arn\}:log-stream:\*$/),
    },
  });
  const delivery = rights(outsideIn, 'movements_outside_in_delivery_role_policy');
  expect(Object.keys(delivery)).toEqual([
    'ReadStream',
    'WriteObjects',
    'ListBucket',
    'ReadSchema',
    'TransformRecords',
    'LogErrors',
  ]);
  expect(delivery.TransformRecords?.Resource).toMatch(/movements_outside_in_rows\.arn\}:\$LATEST$/);
  expect(delivery.WriteObjects?.Resource).toEqual([
    expect.stringMatching(/\/kinesis-rd-customer-changes\/\*$/),
    expect.stringMatching(/\/error\/\*$/),
  ]);
});

test('movements that lack something, or whose data would mix with others, are refused', () => {
  const rules = (input: SettingsInput) => faultsOf(input).map(({ key, rule }) => `${key} ${rule}`);
  expect(rules({ movements: ['inside-out'] })).toEqual([
    'movements need the consumer insights, with a tumbling window, for inside-out: what it counts goes into the table',
  ]);
  expect(rules({ movements: ['outside-in', 'outside-in'] })).toEqual(['movements must not name a movement twice']);
  expect(rules({ movements: ['outside-in'], queryResultPrefix: 'kinesis-rd-customer-changes/results/' })).toEqual([
    "queryResultPrefix must not share a folder with the customers' changes, kinesis-rd-customer-changes/: queries would read it as such",
  ]);
});

test('inside-out adds a table, and the right of insights alone to add to its items', () => {
  const consumers = { ...dev, alarmTopic: true, consumers: ['alerts', 'insights'] };
  const stack = synthesize({ ...consumers, movements: ['inside-out'] });
  expect(only(stack, 'aws_dynamodb_table')).toMatchObject({
    name: 'kinesis-rd-counters',
    hash_key: 'field',
    range_key: 'value',
  });
  expect(rights(stack, 'consumer_insights_role_policy').WriteItems).toEqual({
    Action: 'dynamodb:UpdateItem',
    Resource: expect.stringMatching(/movements_counters\.arn\}$/),
  });
  expect(rights(stack, 'consumer_alerts_role_policy')).not.toHaveProperty('WriteItems');
  const environment = (name: string) => JSON.stringify(stack.resource.aws_lambda_function?.[name]);
  expect(environment('consumer_insights')).toContain('COUNTERS_TABLE');
  expect(environment('consumer_alerts')).not.toContain('COUNTERS_TABLE');
  expect(Object.keys(stack.resource.aws_dynamodb_table ?? {})).toEqual(['movements_counters']);
});

test("around the perimeter a function reads the table's stream and writes words into a second table, and no more", () => {
  expect(added(dev, { movements: ['around-the-perimeter'] })).toEqual([
    'aws_cloudwatch_log_group.movements_search_reader_log_group',
    'aws_cloudwatch_metric_alarm.observability_search_index_dead_letters',
    'aws_cloudwatch_metric_alarm.observability_search_index_errors',
    'aws_cloudwatch_metric_alarm.observability_search_index_lag',
    'aws_dynamodb_table.movements_customers',
    'aws_dynamodb_table.movements_search_table',
    'aws_iam_role.movements_search_reader_role',
    'aws_iam_role_policy.movements_search_reader_role_policy',
    'aws_lambda_event_source_mapping.movements_search_reader_mapping',
    'aws_lambda_function.movements_search_reader',
    'aws_sqs_queue.movements_search_reader_dead_letters',
  ]);
  const stack = synthesize({ ...prod, movements: ['around-the-perimeter'] });
  const allowed = rights(stack, 'movements_search_reader_role_policy');
  expect(Object.keys(allowed)).toEqual([
    'ReadStream',
    'DecryptStream',
    'WriteLog',
    'SendDeadLetters',
    'EncryptDeadLetters',
    'WriteItems',
    'UseTableKey',
  ]);
  expect(allowed.ReadStream?.Resource).toMatch(/movements_customers\.arn\}\/stream\/\*$/);
  expect(allowed.WriteItems).toEqual({
    Action: 'dynamodb:BatchWriteItem',
    Resource: expect.stringMatching(/movements_search_table\.arn\}$/),
  });
});
