/** A resource by its planned values. */
export interface Resource {
  readonly type: string;
  readonly values: Record<string, unknown>;
}

/** A resource. */
export const r = (type: string, values: Record<string, unknown>): Resource => ({ type, values });
/** The text of a policy. */
export const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const bucket = (values: object = {}) => r('aws_s3_bucket', { bucket: 'b', ...values });
const about = (type: string, values: object = {}) => r(type, { bucket: 'b', ...values });
export const publicAccess = {
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};
export const denyHttp = {
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

/** For every rule, planned values with a finding, and corrected ones without. */
export const CASES: Record<string, { bad: Resource[][]; good: Resource[][] }> = {
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
