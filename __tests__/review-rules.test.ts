import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Acceptance, RULES, reviewPlan } from 'lakehouse-tools';

interface Resource {
  readonly type: string;
  readonly values: Record<string, unknown>;
}

const r = (type: string, values: Record<string, unknown>): Resource => ({ type, values });
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

function findingsOf(resources: readonly Resource[], acceptance?: Acceptance) {
  const changes = resources.map(({ type, values }, index) => ({
    address: `${type}.r${index}`,
    type,
    mode: 'managed',
    change: { actions: ['create'], before: null, after: values as never },
  }));
  return reviewPlan({ resource_changes: changes }, acceptance === undefined ? {} : { acceptance }).findings;
}

const bucket = (values: object = {}) => r('aws_s3_bucket', { bucket: 'b', ...values });
const about = (type: string, values: object = {}) => r(type, { bucket: 'b', ...values });
const publicAccess = {
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};
const denyHttp = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const rolePolicy = (statement: object) =>
  r('aws_iam_role_policy', { policy: policy({ Effect: 'Allow', ...statement }) });
const trust = (statement: object) =>
  r('aws_iam_role', { assume_role_policy: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }) });
const delivery = (s3: object, rest: object = {}) =>
  r('aws_kinesis_firehose_delivery_stream', {
    kinesis_source_configuration: [{}],
    extended_s3_configuration: [s3],
    ...rest,
  });
const workgroup = (configuration: object) => r('aws_athena_workgroup', { configuration: [configuration] });
const firehose = { Service: 'firehose.amazonaws.com' };

/** For every rule, planned values in which it finds something, and the mended ones in which it doesn't. */
const CASES: Record<string, { bad: Resource[][]; good: Resource[][] }> = {
  'LH-S3-PUBLIC-ACCESS': {
    bad: [
      [bucket()],
      [bucket(), about('aws_s3_bucket_public_access_block', { ...publicAccess, block_public_policy: false })],
      [bucket(), r('aws_s3_bucket_public_access_block', { bucket: 'other', ...publicAccess })],
    ],
    good: [[bucket(), about('aws_s3_bucket_public_access_block', publicAccess)]],
  },
  'LH-S3-PUBLIC-ACL': {
    bad: [[about('aws_s3_bucket_acl', { acl: 'public-read' })]],
    good: [[about('aws_s3_bucket_acl', { acl: 'private' })]],
  },
  'LH-S3-TLS-ONLY': {
    bad: [[bucket()], [bucket(), about('aws_s3_bucket_policy', { policy: policy({ ...denyHttp, Effect: 'Allow' }) })]],
    good: [[bucket(), about('aws_s3_bucket_policy', { policy: policy(denyHttp) })]],
  },
  'LH-S3-ENCRYPTION': {
    bad: [[bucket()]],
    good: [[bucket(), about('aws_s3_bucket_server_side_encryption_configuration')]],
  },
  'LH-S3-FORCE-DESTROY': { bad: [[bucket({ force_destroy: true })]], good: [[bucket({ force_destroy: false })]] },
  'LH-S3-VERSIONING': {
    bad: [
      [bucket()],
      [bucket(), about('aws_s3_bucket_versioning', { versioning_configuration: [{ status: 'Suspended' }] })],
    ],
    good: [[bucket(), about('aws_s3_bucket_versioning', { versioning_configuration: [{ status: 'Enabled' }] })]],
  },
  'LH-S3-LIFECYCLE': {
    bad: [[bucket()]],
    good: [[bucket(), about('aws_s3_bucket_lifecycle_configuration', { rule: [{}] })]],
  },
  'LH-IAM-ACTION-WILDCARD': {
    bad: [[rolePolicy({ Action: 'kinesis:*', Resource: 'arn:x' })], [rolePolicy({ Action: ['*'], Resource: 'arn:x' })]],
    good: [[rolePolicy({ Action: ['kinesis:GetRecords', 'glue:GetTable*'], Resource: 'arn:x' })]],
  },
  'LH-IAM-RESOURCE-WILDCARD': {
    bad: [[rolePolicy({ Action: 's3:PutObject', Resource: '*' })]],
    good: [
      [rolePolicy({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' })],
      [rolePolicy({ Action: ['kinesis:ListShards', 'cloudwatch:PutMetricData'], Resource: '*' })],
      [
        rolePolicy({
          Action: 's3:PutObject',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceAccount': '1' } },
        }),
      ],
    ],
  },
  'LH-IAM-ALL-BUT': {
    bad: [[rolePolicy({ NotAction: 'iam:*', Resource: 'arn:x' })]],
    good: [[rolePolicy({ Action: 's3:GetObject', Resource: 'arn:x' })]],
  },
  'LH-IAM-PUBLIC-TRUST': {
    bad: [[trust({ Principal: '*' })], [trust({ Principal: { AWS: ['*'] } })]],
    good: [
      [trust({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
      [trust({ Principal: { AWS: 'arn:aws:iam::1:root' } })],
    ],
  },
  'LH-IAM-TRUST-CONDITION': {
    bad: [[trust({ Principal: firehose })]],
    good: [
      [trust({ Principal: firehose, Condition: { StringEquals: { 'sts:ExternalId': '1' } } })],
      [trust({ Principal: { Service: 'lambda.amazonaws.com' } })],
    ],
  },
  'LH-POLICY-PUBLIC': {
    bad: [
      [
        about('aws_s3_bucket_policy', {
          policy: policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }),
        }),
      ],
    ],
    good: [[about('aws_s3_bucket_policy', { policy: policy(denyHttp) })]],
  },
  'LH-IAM-ADMINISTRATOR': {
    bad: [[r('aws_iam_role_policy_attachment', { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' })]],
    good: [[r('aws_iam_role_policy_attachment', { policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })]],
  },
  'LH-KINESIS-ENCRYPTION': {
    bad: [[r('aws_kinesis_stream', { encryption_type: 'NONE' })]],
    good: [[r('aws_kinesis_stream', { encryption_type: 'KMS' })]],
  },
  'LH-FIREHOSE-ENCRYPTION': {
    bad: [[delivery({}, { kinesis_source_configuration: [] })]],
    good: [
      [delivery({})],
      [delivery({}, { kinesis_source_configuration: [], server_side_encryption: [{ enabled: true }] })],
    ],
  },
  'LH-FIREHOSE-LOGGING': {
    bad: [[delivery({})]],
    good: [[delivery({ cloudwatch_logging_options: [{ enabled: true }] })]],
  },
  'LH-FIREHOSE-BACKUP': {
    bad: [[delivery({ data_format_conversion_configuration: [{}], s3_backup_mode: 'Disabled' })]],
    good: [[delivery({ data_format_conversion_configuration: [{}], s3_backup_mode: 'Enabled' })], [delivery({})]],
  },
  'LH-ATHENA-ENCRYPTION': {
    bad: [[workgroup({ result_configuration: [{}] })]],
    good: [[workgroup({ result_configuration: [{ encryption_configuration: [{ encryption_option: 'SSE_S3' }] }] })]],
  },
  'LH-ATHENA-ENFORCE': {
    bad: [[workgroup({ enforce_workgroup_configuration: false })]],
    good: [[workgroup({ enforce_workgroup_configuration: true })]],
  },
  'LH-ATHENA-SCAN-LIMIT': {
    bad: [[workgroup({})]],
    good: [[workgroup({ bytes_scanned_cutoff_per_query: 10_485_760 })]],
  },
  'LH-LOGS-RETENTION': {
    bad: [[r('aws_cloudwatch_log_group', { retention_in_days: 0 })]],
    good: [[r('aws_cloudwatch_log_group', { retention_in_days: 14 })]],
  },
  'LH-LOGS-KEY': {
    bad: [[r('aws_cloudwatch_log_group', {})]],
    good: [[r('aws_cloudwatch_log_group', { kms_key_id: 'arn:aws:kms:x' })]],
  },
  'LH-KMS-ROTATION': {
    bad: [[r('aws_kms_key', { enable_key_rotation: false })]],
    good: [
      [r('aws_kms_key', { enable_key_rotation: true })],
      [r('aws_kms_key', { customer_master_key_spec: 'RSA_2048' })],
    ],
  },
  'LH-QUEUE-ENCRYPTION': {
    bad: [[r('aws_sns_topic', {})], [r('aws_sqs_queue', { sqs_managed_sse_enabled: false })]],
    good: [
      [r('aws_sns_topic', { kms_master_key_id: 'alias/aws/sns' })],
      [r('aws_sqs_queue', { sqs_managed_sse_enabled: true })],
    ],
  },
  'LH-NETWORK-OPEN': {
    bad: [
      [r('aws_security_group', { ingress: [{ from_port: 22, to_port: 22, cidr_blocks: ['0.0.0.0/0'] }] })],
      [r('aws_vpc_security_group_ingress_rule', { cidr_ipv6: '::/0' })],
    ],
    good: [
      [
        r('aws_security_group', {
          ingress: [{ cidr_blocks: ['10.0.0.0/8'] }],
          egress: [{ cidr_blocks: ['0.0.0.0/0'] }],
        }),
      ],
      [r('aws_security_group_rule', { type: 'egress', cidr_blocks: ['0.0.0.0/0'] })],
    ],
  },
  'LH-DATABASE-PUBLIC': {
    bad: [[r('aws_db_instance', { publicly_accessible: true })]],
    good: [[r('aws_db_instance', { publicly_accessible: false })]],
  },
  'LH-DATABASE-ENCRYPTION': {
    bad: [[r('aws_db_instance', { storage_encrypted: false })], [r('aws_ebs_volume', { encrypted: false })]],
    good: [[r('aws_db_instance', { storage_encrypted: true })], [r('aws_redshift_cluster', { encrypted: 'true' })]],
  },
  'LH-DYNAMODB-RECOVERY': {
    bad: [[r('aws_dynamodb_table', {})]],
    good: [[r('aws_dynamodb_table', { point_in_time_recovery: [{ enabled: true }] })]],
  },
};

test('every rule has a case, an id of its own, a source and a fix', () => {
  expect(RULES.map(({ id }) => id).sort()).toEqual(Object.keys(CASES).sort());
  for (const { source, fix, title } of RULES) expect([source, fix, title].every((text) => text.length > 10)).toBe(true);
});

test('docs/review.md lists every rule', () => {
  const document = readFileSync(join(__dirname, '..', 'docs', 'review.md'), 'utf8');
  for (const { id, severity, title, source } of RULES) {
    expect(document).toContain(`| ${id} | ${severity} | ${title} | ${source} |`);
  }
});

describe.each(Object.entries(CASES))('%s', (id, { bad, good }) => {
  test.each(bad.map((resources) => [resources]))('finds %j', (resources) => {
    expect(findingsOf(resources).filter(({ rule }) => rule === id)).not.toEqual([]);
  });
  test.each(good.map((resources) => [resources]))('is content with %j', (resources) => {
    expect(findingsOf(resources).filter(({ rule }) => rule === id)).toEqual([]);
  });
});

describe('what refers to what', () => {
  const change = (after: object, after_unknown: object = {}) => ({
    actions: ['create'],
    before: null,
    after: after as never,
    after_unknown: after_unknown as never,
  });
  const planned = {
    resource_changes: [
      { address: 'aws_s3_bucket.a', type: 'aws_s3_bucket', mode: 'managed', change: change({}, { bucket: true }) },
      { address: 'aws_s3_bucket.ab', type: 'aws_s3_bucket', mode: 'managed', change: change({}, { bucket: true }) },
      {
        address: 'aws_s3_bucket_public_access_block.a',
        type: 'aws_s3_bucket_public_access_block',
        mode: 'managed',
        change: change(publicAccess, { bucket: true }),
      },
      {
        address: 'aws_s3_bucket_policy.a',
        type: 'aws_s3_bucket_policy',
        name: 'a',
        mode: 'managed',
        change: change({}, { bucket: true, policy: true }),
      },
    ],
    configuration: {
      root_module: {
        resources: ['aws_s3_bucket_public_access_block', 'aws_s3_bucket_policy'].map((type) => ({
          address: `${type}.a`,
          type,
          expressions: {
            bucket: { references: ['aws_s3_bucket.a.id', 'aws_s3_bucket.a'] },
            policy: { references: ['aws_s3_bucket.a.arn', 'aws_s3_bucket.a'] },
          },
        })),
      },
    },
  };

  test('a block belongs to the bucket that it refers to, also when no name is known yet', () => {
    const open = reviewPlan(planned).findings.filter(({ rule }) => rule === 'LH-S3-PUBLIC-ACCESS');
    expect(open.map(({ address }) => address)).toEqual(['aws_s3_bucket.ab']);
  });

  test('a policy known only after the apply is a blind spot, not a finding', () => {
    const review = reviewPlan(planned);
    expect(review.blindSpots).toContain('aws_s3_bucket.a: its bucket policy is known only after the apply');
    const tls = review.findings.filter(({ rule }) => rule === 'LH-S3-TLS-ONLY').map(({ address }) => address);
    expect(tls).toEqual(['aws_s3_bucket.ab']);
  });

  test('the synthesized JSON tells what the plan does not', () => {
    const synthesized = { resource: { aws_s3_bucket_policy: { a: { policy: policy(denyHttp) } } } };
    const review = reviewPlan(planned, { synthesized });
    expect(review.blindSpots).toEqual([]);
  });
});

describe('accepted findings', () => {
  const stream = [r('aws_kinesis_stream', { encryption_type: 'NONE' })];
  const entry = { rule: 'LH-KINESIS-ENCRYPTION', resource: 'aws_kinesis_*', reason: 'holds public data' };

  test('are shown with their reason and pass the gates', () => {
    const [finding] = findingsOf(stream, new Acceptance([entry]));
    expect(finding).toMatchObject({ rule: 'LH-KINESIS-ENCRYPTION', accepted: 'holds public data' });
  });

  test('are open again when the acceptance has ended, and that is said', () => {
    const acceptance = new Acceptance([{ ...entry, until: '2020-01-31' }]);
    expect(findingsOf(stream, acceptance)[0]?.accepted).toBeUndefined();
    expect(acceptance.notes(['LH-KINESIS-ENCRYPTION'])[0]).toMatch(/ended on 2020-01-31/);
  });

  test('an acceptance that matches nothing is said too', () => {
    const acceptance = new Acceptance([{ ...entry, resource: 'aws_kinesis_stream.gone' }]);
    expect(findingsOf(stream, acceptance)[0]?.accepted).toBeUndefined();
    expect(acceptance.notes(['LH-KINESIS-ENCRYPTION'])[0]).toMatch(/matches nothing any more/);
  });
});
