// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as Terraform reads them
import { environments } from '../config/environments';
import type { PolicyStatement } from '../constructs/policy';
import { type Synthesized, synthesize } from './support';

type Statement = PolicyStatement & { readonly Effect: string };

/** All policies in the synthesized JSON. */
function policies({ resource }: Synthesized): Array<{ where: string; statements: Statement[] }> {
  return Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).flatMap(([name, block]) =>
      Object.entries(block).flatMap(([argument, value]) => {
        if (typeof value !== 'string' || !value.includes('"Statement"')) return [];
        return [
          {
            where: `${type}.${name}.${argument}`,
            statements: (JSON.parse(value) as { Statement: Statement[] }).Statement,
          },
        ];
      }),
    ),
  );
}

/** Findings of a reviewer: every wildcard that widens an Allow. */
function wildcards(policy: { where: string; statements: Statement[] }): string[] {
  return policy.statements
    .filter(({ Effect }) => Effect !== 'Deny')
    .flatMap(({ Sid, Action, Resource, Principal }) => {
      const found = [Action].flat().filter((action) => action.includes('*'));
      // A key's policy can only name its key by `*`; objects of a bucket have no names before they exist.
      const inKey = policy.where.startsWith('aws_kms_key.');
      const wide = [Resource ?? []]
        .flat()
        .filter((resource) =>
          /^\*$/.test(resource)
            ? !inKey
            : /\*/.test(resource) && !/^\$\{aws_s3_bucket\.[a-z_]+\.arn\}\/[a-z/-]+\*$/.test(resource),
        );
      const anyone = Principal === '*' ? ['Principal *'] : [];
      return [...found, ...wide, ...anyone].map((text) => `${policy.where} ${Sid}: ${text}`);
    });
}

const full = { ...environments.prod, alarmEmail: 'team@example.com' };

test.each([
  ['dev', environments.dev, 3],
  ['full-featured', full, 6],
] as const)('no statement of %s allows by wildcard', (_, input, count) => {
  const found = policies(synthesize(input));
  expect(found).toHaveLength(count);
  expect(found.flatMap(wildcards)).toEqual([]);
});

test('s3:* on a policy, or a wildcard resource, would be found', () => {
  const [policy] = policies(synthesize({})).filter(({ where }) => where.startsWith('aws_iam_role_policy'));
  if (policy === undefined) throw new Error('no role policy');
  const widened = {
    ...policy,
    statements: [...policy.statements, { Sid: 'Wide', Effect: 'Allow', Action: ['s3:*'], Resource: '*' } as const],
  };
  expect(wildcards(widened)).toEqual([
    'aws_iam_role_policy.delivery_role_policy.policy Wide: s3:*',
    'aws_iam_role_policy.delivery_role_policy.policy Wide: *',
  ]);
});

test('the delivery role: each action on what it is for, objects only where they are delivered', () => {
  const [policy] = policies(synthesize({})).filter(({ where }) => where.startsWith('aws_iam_role_policy'));
  expect(policy?.statements.map(({ Sid, Action, Resource }) => [Sid, [Action].flat().join(' '), Resource])).toEqual([
    [
      'ReadStream',
      'kinesis:DescribeStream kinesis:GetShardIterator kinesis:GetRecords kinesis:ListShards',
      '${aws_kinesis_stream.event_stream.arn}',
    ],
    [
      'WriteObjects',
      's3:AbortMultipartUpload s3:GetObject s3:PutObject',
      ['tbl-kinesis-rd/', 'error/', 'source/'].map((prefix) => `\${aws_s3_bucket.lake_bucket.arn}/${prefix}*`),
    ],
    [
      'ListBucket',
      's3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads',
      '${aws_s3_bucket.lake_bucket.arn}',
    ],
    [
      'ReadSchema',
      'glue:GetTable glue:GetTableVersion glue:GetTableVersions',
      [
        'arn:aws:glue:us-east-1:${data.aws_caller_identity.current.account_id}:catalog',
        '${aws_glue_catalog_database.catalog_database.arn}',
        '${aws_glue_catalog_table.catalog_table.arn}',
      ],
    ],
    [
      'LogErrors',
      'logs:PutLogEvents',
      '${aws_cloudwatch_log_group.delivery_log_group.arn}:log-stream:${aws_cloudwatch_log_stream.delivery_log_stream.name}',
    ],
  ]);
});

test("objects are written to the fixed parts of the prefixes, the backup's only where there is one", () => {
  const written = (input: Parameters<typeof synthesize>[0]) =>
    policies(synthesize(input))
      .flatMap(({ statements }) => statements)
      .find(({ Sid }) => Sid === 'WriteObjects')?.Resource;
  expect(
    written({
      s3Prefix: 'events/!{timestamp:yyyy/MM/dd/HH}/',
      s3ErrorOutputPrefix: 'bad/!{firehose:error-output-type}/',
      s3BackupMode: 'Disabled',
      dynamicPartitioningField: 'status',
    }),
  ).toEqual(['events/', 'bad/'].map((prefix) => `\${aws_s3_bucket.lake_bucket.arn}/${prefix}*`));
});

test('a service may do what it does for this account alone, and only where it has something to do', () => {
  const sids = (input: Parameters<typeof synthesize>[0]) =>
    policies(synthesize(input))
      .flatMap(({ statements }) => statements)
      .filter(({ Principal }) => typeof Principal === 'object' && 'Service' in Principal)
      .map(({ Sid, Condition }) => [Sid, JSON.stringify(Condition)] as const);
  const tied = /data\.aws_caller_identity\.current\.account_id/;
  for (const [, condition] of sids(full)) expect(condition).toMatch(tied);
  expect(sids(full).map(([sid]) => sid)).toEqual(
    expect.arrayContaining(['Firehose', 'LogDelivery', 'Alarms', 'AlarmsToTopic', 'Logs']),
  );
  const quiet = { encryption: 'customer-key', cloudwatchLoggingEnabled: false } as const;
  expect(sids(quiet).map(([sid]) => sid)).toEqual(['Firehose']);
});

test('only Firehose on behalf of this account may take on the role', () => {
  const trust = policies(synthesize({})).find(({ where }) => where.endsWith('assume_role_policy'));
  expect(trust?.statements).toEqual([
    {
      Sid: 'Firehose',
      Effect: 'Allow',
      Principal: { Service: 'firehose.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': '${data.aws_caller_identity.current.account_id}' } },
    },
  ]);
});

test('kms statements are there with a customer key alone', () => {
  const kms = (input: Parameters<typeof synthesize>[0]) =>
    policies(synthesize(input))
      .filter(({ where }) => where.startsWith('aws_iam_role_policy'))
      .flatMap(({ statements }) => statements)
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')));
  expect(kms({})).toEqual([]);
  const [records, objects] = kms(full);
  expect(records?.Condition?.StringEquals).toEqual({
    'kms:ViaService': 'kinesis.us-east-1.amazonaws.com',
    'kms:EncryptionContext:aws:kinesis:arn': '${aws_kinesis_stream.event_stream.arn}',
  });
  expect(objects?.Condition?.StringEquals).toEqual({ 'kms:ViaService': 's3.us-east-1.amazonaws.com' });
});

test('nothing but TLS reaches a bucket', () => {
  const denials = policies(synthesize(full)).filter(({ where }) => where.startsWith('aws_s3_bucket_policy'));
  expect(denials).toHaveLength(2);
  for (const { statements } of denials) {
    expect(statements[0]).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  }
});
