import { asList, asObject, type JsonObject } from '../cycle/project';

/** What destroying a type of resource does to data. */
export interface DataHolder {
  /** What is gone, given the resource's values before. */
  readonly whenDestroyed: string | ((before: JsonObject) => string);
  /** What a replacement adds to it; the plain delete's words stand when there is nothing to add. */
  readonly whenReplaced?: string;
  /** Destroying it loses nothing that is stored, but leaves a gap. */
  readonly gapOnly?: boolean;
}

const FIREHOSE_GAP =
  'the new delivery stream restarts at LATEST: records put between the end of the old one and the start of the new are not delivered';

const bucketWords = (before: JsonObject): string =>
  before.force_destroy === true
    ? 'force_destroy is on: every object and every version in the bucket is deleted with it'
    : 'the bucket is deleted if it is empty; the apply fails while it holds objects';

const finalSnapshot = (before: JsonObject): string =>
  before.skip_final_snapshot === true
    ? 'the database is deleted and no final snapshot is taken (skip_final_snapshot)'
    : 'the database is deleted; what remains is the final snapshot';

/** Types that hold data, by name. One line a type; whoever adds one touches nothing else. */
export const DATA_HOLDERS: Readonly<Record<string, DataHolder>> = {
  aws_kinesis_stream: {
    whenDestroyed: (before) =>
      `the records in the stream (up to ${before.retention_period ?? 24} hours of them) are deleted, delivered or not`,
    whenReplaced: 'the new stream starts empty, and consumers have to start over with new shards and sequence numbers',
  },
  aws_kinesis_firehose_delivery_stream: {
    whenDestroyed: 'delivery stops; records still in its buffer or put from now on are not delivered',
    whenReplaced: FIREHOSE_GAP,
    gapOnly: true,
  },
  aws_s3_bucket: { whenDestroyed: bucketWords },
  aws_s3_object: { whenDestroyed: 'the object is deleted' },
  aws_glue_catalog_database: {
    whenDestroyed: 'the database and all its tables leave the catalog; files stay in S3, queries no longer find them',
  },
  aws_glue_catalog_table: {
    whenDestroyed:
      'the table, its schema versions and its registered partitions leave the catalog; files stay in S3, queries no longer find them, and delivery that converts by this schema fails',
    whenReplaced:
      'schema versions and registered partitions start over; format conversion fails until the table is back',
  },
  aws_cloudwatch_log_group: { whenDestroyed: 'all log events of the group are deleted' },
  aws_cloudwatch_log_stream: { whenDestroyed: 'all log events of the stream are deleted' },
  aws_athena_workgroup: {
    whenDestroyed: 'the workgroup goes with its query history and named queries; results stay in S3',
  },
  aws_athena_database: { whenDestroyed: 'the database and its tables leave the catalog; files stay in S3' },
  aws_kms_key: {
    whenDestroyed: (before) =>
      `the key is scheduled for deletion (${before.deletion_window_in_days ?? 30} days); after that everything encrypted with it is unreadable for good`,
    whenReplaced: 'what the old key encrypted stays bound to the old key',
  },
  aws_kms_replica_key: { whenDestroyed: 'the replica key is scheduled for deletion' },
  aws_secretsmanager_secret: { whenDestroyed: 'the secret and its versions are deleted after the recovery window' },
  aws_ssm_parameter: { whenDestroyed: 'the parameter and its history are deleted' },
  aws_dynamodb_table: { whenDestroyed: 'all items of the table are deleted' },
  aws_db_instance: { whenDestroyed: finalSnapshot },
  aws_rds_cluster: { whenDestroyed: finalSnapshot },
  aws_redshift_cluster: { whenDestroyed: finalSnapshot },
  aws_ebs_volume: { whenDestroyed: 'all data on the volume is deleted' },
  aws_instance: { whenDestroyed: 'instance store and root volume (unless kept) are deleted' },
  aws_efs_file_system: { whenDestroyed: 'all files are deleted' },
  aws_sqs_queue: { whenDestroyed: 'messages still in the queue are deleted' },
  aws_msk_cluster: { whenDestroyed: 'all topics and their records are deleted' },
  aws_opensearch_domain: { whenDestroyed: 'all indexes are deleted' },
  aws_elasticache_replication_group: { whenDestroyed: 'the cache is emptied' },
  aws_ecr_repository: { whenDestroyed: 'the images of the repository are deleted' },
  aws_backup_vault: { whenDestroyed: 'the vault is deleted with its recovery points' },
  aws_timestreamwrite_table: { whenDestroyed: 'all records of the table are deleted' },
  aws_cognito_user_pool: { whenDestroyed: 'all users of the pool are deleted' },
  aws_s3tables_table: { whenDestroyed: 'the table and its data are deleted' },
  google_storage_bucket: { whenDestroyed: bucketWords },
  google_bigquery_dataset: { whenDestroyed: 'the dataset is deleted with its tables' },
  google_bigquery_table: { whenDestroyed: 'all rows of the table are deleted' },
  google_sql_database_instance: { whenDestroyed: 'all databases of the instance are deleted' },
  google_pubsub_topic: { whenDestroyed: 'messages not yet delivered are lost' },
  azurerm_storage_account: { whenDestroyed: 'all blobs, files, queues and tables of the account are deleted' },
  azurerm_storage_container: { whenDestroyed: 'all blobs of the container are deleted' },
  azurerm_mssql_database: { whenDestroyed: 'all data of the database is deleted' },
  azurerm_key_vault: { whenDestroyed: 'keys and secrets of the vault are deleted (soft delete permitting)' },
  random_password: { whenDestroyed: 'the value is gone, and whatever was protected with it has to be given a new one' },
  tls_private_key: { whenDestroyed: 'the private key is gone' },
};

/** Words in a type's name that say it may hold data, for providers whose types aren't listed. */
const TELLTALE =
  /(^|_)(bucket|database|db|table|volume|disk|stream|queue|topic|vault|key|secret|storage|snapshot|backup|repository|registry|dataset|index|cluster|filesystem|file_system|log_group|cache|user_pool|password)(_|$)/;

/** Whether a type that isn't listed may hold data, going by its name. */
export function mayHoldData(type: string): boolean {
  // A policy or alarm for a bucket is no bucket.
  if (
    /(policy|alarm|configuration|permission|attachment|notification|association|alias|versioning|access_block)s?$/.test(
      type,
    )
  ) {
    return false;
  }
  return TELLTALE.test(type);
}

/** An in-place change that makes data go sooner, or easier to lose. */
export interface RiskRule {
  readonly type: RegExp;
  /** The words when the change is risky; undefined when not. */
  readonly judge: (
    before: JsonObject,
    after: JsonObject,
  ) => { lost: boolean; meaning: string; attribute: string } | undefined;
}

const falls =
  (attribute: string, what: string): RiskRule['judge'] =>
  (before, after) => {
    const [old, now] = [before[attribute], after[attribute]];
    if (typeof old !== 'number' || typeof now !== 'number' || now >= old) return undefined;
    return { lost: true, attribute, meaning: what.replace('{old}', String(old)).replace('{new}', String(now)) };
  };

const turned =
  (attribute: string, to: boolean, meaning: string): RiskRule['judge'] =>
  (before, after) =>
    before[attribute] === !to && after[attribute] === to ? { lost: false, attribute, meaning } : undefined;

/** Updates that touch data without destroying anything. */
export const RISK_RULES: readonly RiskRule[] = [
  {
    type: /^aws_kinesis_stream$/,
    judge: falls('retention_period', 'retention falls from {old} to {new} hours: older records are deleted at once'),
  },
  {
    type: /^aws_cloudwatch_log_group$/,
    judge: (before, after) => {
      const [old, now] = [Number(before.retention_in_days ?? 0), Number(after.retention_in_days ?? 0)];
      // 0 stands for "never expire".
      if (now === 0 || (old !== 0 && now >= old)) return undefined;
      const from = old === 0 ? 'unlimited' : `${old} days`;
      return {
        lost: true,
        attribute: 'retention_in_days',
        meaning: `retention falls from ${from} to ${now} days: older log events are deleted`,
      };
    },
  },
  {
    type: /^(aws_s3_bucket|google_storage_bucket)$/,
    judge: turned('force_destroy', true, 'from now on a destroy deletes the bucket with everything in it'),
  },
  {
    type: /^aws_(db_instance|rds_cluster|dynamodb_table)$/,
    judge: turned('deletion_protection', false, 'a later destroy is no longer refused by the service'),
  },
  {
    type: /^aws_(db_instance|rds_cluster)$/,
    judge: falls('backup_retention_period', 'backups are kept {new} days instead of {old}: older ones are deleted'),
  },
  {
    type: /^aws_s3_bucket_versioning$/,
    judge: (before, after) => {
      const status = (values: JsonObject) => asObject(asList(values.versioning_configuration)[0]).status;
      if (status(before) !== 'Enabled' || status(after) === 'Enabled') return undefined;
      return {
        lost: false,
        attribute: 'versioning_configuration[0].status',
        meaning: 'overwritten and deleted objects can no longer be brought back',
      };
    },
  },
  {
    type: /^aws_s3_bucket_lifecycle_configuration$/,
    judge: (before, after) => {
      const [old, now] = [shortestExpiry(before), shortestExpiry(after)];
      if (now === undefined || (old !== undefined && now >= old)) return undefined;
      const from = old === undefined ? 'never' : `after ${old} days`;
      return {
        lost: true,
        attribute: 'rule',
        meaning: `objects expire after ${now} days instead of ${from}: older ones are deleted`,
      };
    },
  },
  {
    type: /^aws_glue_catalog_table$/,
    judge: (before, after) => {
      const names = (values: JsonObject) =>
        asList(asObject(asList(values.storage_descriptor)[0]).columns).map((column) => String(asObject(column).name));
      const gone = names(before).filter((name) => !names(after).includes(name));
      if (gone.length === 0) return undefined;
      return {
        lost: false,
        attribute: 'storage_descriptor[0].columns',
        meaning: `column${gone.length > 1 ? 's' : ''} ${gone.join(', ')} leave${gone.length > 1 ? '' : 's'} the schema: new records are delivered without, queries no longer see the old values`,
      };
    },
  },
];

function shortestExpiry(values: JsonObject): number | undefined {
  const days = asList(values.rule)
    .map(asObject)
    .filter((rule) => rule.status !== 'Disabled')
    .flatMap((rule) => asList(rule.expiration))
    .map((expiration) => asObject(expiration).days)
    .filter((value): value is number => typeof value === 'number' && value > 0);
  return days.length === 0 ? undefined : Math.min(...days);
}
