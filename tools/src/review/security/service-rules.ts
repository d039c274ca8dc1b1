import { childMark } from '../../plan/masking';
import { asList, asObject, type JsonObject } from '../../shared/json';
import { each, type Rule } from './rule';

const first = (values: JsonObject, block: string): JsonObject => asObject(asList(values[block])[0]);

/** Rules on streams, delivery, catalog, queries, logs, keys, and services that a lakehouse is often combined with. */
export const SERVICE_RULES: readonly Rule[] = [
  {
    id: 'LH-KINESIS-ENCRYPTION',
    severity: 'high',
    title: 'Stream that stores records unencrypted',
    fix: 'Set encryption_type to KMS with kms_key_id alias/aws/kinesis or a key of yours.',
    source: 'Amazon Kinesis Data Streams Developer Guide: Data protection in Amazon Kinesis Data Streams',
    find: each(['aws_kinesis_stream'], ({ values }) =>
      values.encryption_type === 'KMS' ? undefined : `encryption_type is ${values.encryption_type ?? 'not set'}`,
    ),
  },
  {
    id: 'LH-FIREHOSE-ENCRYPTION',
    severity: 'medium',
    title: 'Delivery stream with direct puts that buffers records unencrypted',
    fix: 'Enable server_side_encryption; with a Kinesis stream as source, encrypt that instead.',
    source: 'Amazon Data Firehose Developer Guide: Data protection in Amazon Data Firehose',
    find: each(['aws_kinesis_firehose_delivery_stream'], ({ values }) => {
      const hasSource = ['kinesis_source_configuration', 'msk_source_configuration'].some(
        (b) => asList(values[b]).length > 0,
      );
      return hasSource || first(values, 'server_side_encryption').enabled === true
        ? undefined
        : 'server_side_encryption is off';
    }),
  },
  {
    id: 'LH-FIREHOSE-LOGGING',
    severity: 'medium',
    title: 'Delivery stream whose errors nobody sees',
    fix: 'Enable cloudwatch_logging_options with a log group and stream.',
    source: 'Amazon Data Firehose Developer Guide: Monitor Amazon Data Firehose Using CloudWatch Logs',
    find: each(['aws_kinesis_firehose_delivery_stream'], ({ values }) => {
      const destination = Object.keys(values).find(
        (key) =>
          /^(extended_s3|redshift|opensearch|http_endpoint|splunk|iceberg|snowflake)\w*_configuration$/.test(key) &&
          asList(values[key]).length > 0,
      );
      if (destination === undefined) return undefined;
      const logging = first(first(values, destination), 'cloudwatch_logging_options');
      return logging.enabled === true ? undefined : 'delivery errors are not logged';
    }),
  },
  {
    id: 'LH-FIREHOSE-BACKUP',
    severity: 'low',
    title: 'Converted delivery without a copy of the raw records',
    fix: 'Set s3_backup_mode to Enabled with a prefix outside the table.',
    source: 'Amazon Data Firehose Developer Guide: Configure backup settings',
    find: each(['aws_kinesis_firehose_delivery_stream'], ({ values }) => {
      const s3 = first(values, 'extended_s3_configuration');
      if (asList(s3.data_format_conversion_configuration).length === 0) return undefined;
      return s3.s3_backup_mode === 'Enabled' ? undefined : 'what the conversion drops can not be replayed';
    }),
  },
  {
    id: 'LH-ATHENA-ENCRYPTION',
    severity: 'medium',
    title: 'Query results without a stated encryption',
    fix: "Set encryption_configuration in the workgroup's result_configuration.",
    source: 'Amazon Athena User Guide: Encrypt Athena query results stored in Amazon S3',
    find: each(['aws_athena_workgroup'], ({ values }) => {
      const result = first(first(values, 'configuration'), 'result_configuration');
      return asList(result.encryption_configuration).length > 0
        ? undefined
        : 'results are written as the bucket has it';
    }),
  },
  {
    id: 'LH-ATHENA-ENFORCE',
    severity: 'medium',
    title: 'Workgroup whose settings a client may override',
    fix: 'Set enforce_workgroup_configuration to true.',
    source: 'Amazon Athena User Guide: Override client-side settings',
    find: each(['aws_athena_workgroup'], ({ values }) =>
      first(values, 'configuration').enforce_workgroup_configuration === false
        ? 'enforce_workgroup_configuration is false'
        : undefined,
    ),
  },
  {
    id: 'LH-ATHENA-SCAN-LIMIT',
    severity: 'low',
    title: 'Workgroup without a limit on scanned bytes',
    fix: 'Set bytes_scanned_cutoff_per_query (at least 10485760).',
    source: 'Amazon Athena User Guide: Configure per-query and per-workgroup data usage controls',
    find: each(['aws_athena_workgroup'], ({ values }) =>
      Number(first(values, 'configuration').bytes_scanned_cutoff_per_query ?? 0) > 0
        ? undefined
        : 'one query may scan any amount',
    ),
  },
  {
    id: 'LH-LOGS-RETENTION',
    severity: 'low',
    title: 'Log group that never expires',
    fix: 'Set retention_in_days.',
    source: 'Amazon CloudWatch Logs User Guide: Change log data retention in CloudWatch Logs',
    find: each(['aws_cloudwatch_log_group'], ({ values }) =>
      Number(values.retention_in_days ?? 0) > 0 ? undefined : 'open retention: events are kept for ever',
    ),
  },
  {
    id: 'LH-LOGS-KEY',
    severity: 'info',
    title: 'Log group without a key of yours',
    fix: 'Set kms_key_id where a key of yours is required; log data is encrypted either way.',
    source: 'Amazon CloudWatch Logs User Guide: Encrypt log data in CloudWatch Logs using AWS KMS',
    find: each(['aws_cloudwatch_log_group'], ({ values, unknown }) =>
      typeof values.kms_key_id === 'string' || childMark(unknown, 'kms_key_id') === true
        ? undefined
        : 'encrypted with a key that CloudWatch Logs owns',
    ),
  },
  {
    id: 'LH-KMS-ROTATION',
    severity: 'medium',
    title: 'Key that is never rotated',
    fix: 'Set enable_key_rotation to true.',
    source: 'AWS KMS Developer Guide: Rotate AWS KMS keys',
    find: each(['aws_kms_key'], ({ values }) => {
      const symmetric =
        values.customer_master_key_spec === undefined ||
        values.customer_master_key_spec === null ||
        values.customer_master_key_spec === 'SYMMETRIC_DEFAULT';
      return values.enable_key_rotation === true || !symmetric ? undefined : 'enable_key_rotation is not true';
    }),
  },
  {
    id: 'LH-QUEUE-ENCRYPTION',
    severity: 'medium',
    title: 'Queue or topic without encryption',
    fix: 'Set sqs_managed_sse_enabled or kms_master_key_id.',
    source: 'Amazon SQS Developer Guide and Amazon SNS Developer Guide: Encryption at rest',
    find: each(['aws_sqs_queue', 'aws_sns_topic'], ({ values, unknown }) => {
      const key = typeof values.kms_master_key_id === 'string' || childMark(unknown, 'kms_master_key_id') === true;
      // SQS encrypts new queues by default.
      const managed =
        'sqs_managed_sse_enabled' in values
          ? values.sqs_managed_sse_enabled !== false
          : childMark(unknown, 'sqs_managed_sse_enabled') === true;
      return key || managed ? undefined : 'messages are stored unencrypted';
    }),
  },
  {
    id: 'LH-NETWORK-OPEN',
    severity: 'high',
    title: 'Security group open to the internet',
    fix: 'Name the addresses or security groups that need it.',
    source: 'Amazon VPC User Guide: Security group rules',
    find: each(
      ['aws_security_group', 'aws_security_group_rule', 'aws_vpc_security_group_ingress_rule'],
      ({ type, values }) => {
        const rules =
          type === 'aws_security_group'
            ? asList(values.ingress).map(asObject)
            : values.type === 'egress'
              ? []
              : [values];
        const open = rules.find((rule) =>
          [...asList(rule.cidr_blocks), ...asList(rule.ipv6_cidr_blocks), rule.cidr_ipv4, rule.cidr_ipv6].some(
            (cidr) => cidr === '0.0.0.0/0' || cidr === '::/0',
          ),
        );
        return open === undefined
          ? undefined
          : `ports ${open.from_port ?? 'all'} to ${open.to_port ?? 'all'} from anywhere`;
      },
    ),
  },
  {
    id: 'LH-DATABASE-PUBLIC',
    severity: 'high',
    title: 'Database with a public address',
    fix: 'Set publicly_accessible to false.',
    source: 'Amazon RDS User Guide: Hiding a DB instance in a VPC from the internet',
    find: each(['aws_db_instance', 'aws_rds_cluster_instance', 'aws_redshift_cluster'], ({ values }) =>
      values.publicly_accessible === true ? 'publicly_accessible is true' : undefined,
    ),
  },
  {
    id: 'LH-DATABASE-ENCRYPTION',
    severity: 'high',
    title: 'Database or volume that stores data unencrypted',
    fix: 'Turn its encryption on; for an existing one that means a new one.',
    source: 'Amazon RDS User Guide: Encrypting Amazon RDS resources; Amazon EBS User Guide: Amazon EBS encryption',
    find: each(
      ['aws_db_instance', 'aws_rds_cluster', 'aws_ebs_volume', 'aws_efs_file_system', 'aws_redshift_cluster'],
      ({ type, values, unknown }) => {
        const attribute = type === 'aws_db_instance' || type === 'aws_rds_cluster' ? 'storage_encrypted' : 'encrypted';
        const on =
          values[attribute] === true || String(values[attribute]) === 'true' || childMark(unknown, attribute) === true;
        return on ? undefined : `${attribute} is not true`;
      },
    ),
  },
  {
    id: 'LH-DYNAMODB-RECOVERY',
    severity: 'low',
    title: 'Table without point-in-time recovery',
    fix: 'Enable point_in_time_recovery.',
    source: 'Amazon DynamoDB Developer Guide: Point-in-time backups for DynamoDB',
    find: each(['aws_dynamodb_table'], ({ values }) =>
      first(values, 'point_in_time_recovery').enabled === true ? undefined : 'deleted or overwritten items are gone',
    ),
  },
];
