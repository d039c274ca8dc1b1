import { asList, asObject, type Json, type JsonObject } from '../../shared/json';
import type { Judgement } from './model';

/** A number in a type's settings: how long, or how much, data is kept. */
interface Retention {
  readonly type: RegExp;
  /** Path to the number; lists on it are searched, item by item. */
  readonly path: readonly string[];
  readonly unit: string;
  /** Data that is kept, as the subject of a sentence. */
  readonly what: string;
  /** Meaning of 0, or of no value. @default nothing is kept */
  readonly zero?: 'unlimited';
  /** Whether a reduction affects future data alone. */
  readonly fromNowOn?: boolean;
}

/** Known retentions. */
const RETENTIONS: readonly Retention[] = [
  { type: /^aws_kinesis_stream$/, path: ['retention_period'], unit: 'hours', what: 'records' },
  { type: /^aws_kinesis_video_stream$/, path: ['data_retention_in_hours'], unit: 'hours', what: 'video' },
  {
    type: /^aws_cloudwatch_log_group$/,
    path: ['retention_in_days'],
    unit: 'days',
    what: 'log events',
    zero: 'unlimited',
  },
  {
    type: /^aws_cloudwatch_event_archive$/,
    path: ['retention_days'],
    unit: 'days',
    what: 'archived events',
    zero: 'unlimited',
  },
  { type: /^aws_cloudtrail_event_data_store$/, path: ['retention_period'], unit: 'days', what: 'events' },
  { type: /^aws_sqs_queue$/, path: ['message_retention_seconds'], unit: 'seconds', what: 'messages' },
  {
    type: /^aws_(db_instance|rds_cluster|docdb_cluster|docdbelastic_cluster|neptune_cluster)$/,
    path: ['backup_retention_period'],
    unit: 'days',
    what: 'backups',
  },
  {
    type: /^aws_db_instance_automated_backups_replication$/,
    path: ['retention_period'],
    unit: 'days',
    what: 'replicated backups',
  },
  {
    type: /^aws_redshift_cluster$/,
    path: ['automated_snapshot_retention_period'],
    unit: 'days',
    what: 'automated snapshots',
  },
  {
    type: /^aws_redshift_(cluster|cluster_snapshot|snapshot_copy)$/,
    path: ['manual_snapshot_retention_period'],
    unit: 'days',
    what: 'manual snapshots',
  },
  {
    type: /^aws_(redshift_snapshot_copy|redshiftserverless_snapshot)$/,
    path: ['retention_period'],
    unit: 'days',
    what: 'snapshots',
  },
  {
    type: /^aws_redshift_cluster$/,
    path: ['snapshot_copy', 'retention_period'],
    unit: 'days',
    what: 'copied snapshots',
  },
  {
    type: /^aws_(elasticache_\w+|memorydb_cluster)$/,
    path: ['snapshot_retention_limit'],
    unit: 'days',
    what: 'snapshots',
  },
  {
    type: /^aws_fsx_\w+_file_system$/,
    path: ['automatic_backup_retention_days'],
    unit: 'days',
    what: 'automatic backups',
  },
  {
    type: /^aws_timestreamwrite_table$/,
    path: ['retention_properties', 'magnetic_store_retention_period_in_days'],
    unit: 'days',
    what: 'records',
  },
  {
    type: /^aws_timestreamwrite_table$/,
    path: ['retention_properties', 'memory_store_retention_period_in_hours'],
    unit: 'hours',
    what: 'late records',
    fromNowOn: true,
  },
  {
    type: /^aws_config_retention_configuration$/,
    path: ['retention_period_in_days'],
    unit: 'days',
    what: 'configuration items',
  },
  {
    type: /^aws_prometheus_workspace_configuration$/,
    path: ['retention_period_in_days'],
    unit: 'days',
    what: 'metrics',
  },
  { type: /^aws_customerprofiles_domain$/, path: ['default_expiration_days'], unit: 'days', what: 'profiles' },
  {
    type: /^aws_keyspaces_table$/,
    path: ['default_time_to_live'],
    unit: 'seconds',
    what: 'rows',
    zero: 'unlimited',
    fromNowOn: true,
  },
  {
    type: /^aws_glue_catalog_table_optimizer$/,
    path: ['configuration', 'retention_configuration', 'iceberg_configuration', 'snapshot_retention_period_in_days'],
    unit: 'days',
    what: 'snapshots of the table',
  },
  {
    type: /^aws_glue_catalog_table_optimizer$/,
    path: ['configuration', 'retention_configuration', 'iceberg_configuration', 'number_of_snapshots_to_retain'],
    unit: 'snapshots',
    what: 'snapshots of the table',
  },
  {
    type: /^aws_backup_plan$/,
    path: ['rule', 'lifecycle', 'delete_after'],
    unit: 'days',
    what: 'recovery points',
    zero: 'unlimited',
    fromNowOn: true,
  },
  {
    type: /^aws_backup_plan$/,
    path: ['rule', 'copy_action', 'lifecycle', 'delete_after'],
    unit: 'days',
    what: 'copies of recovery points',
    zero: 'unlimited',
    fromNowOn: true,
  },
  {
    type: /^aws_backup_(vault_lock_configuration|logically_air_gapped_vault)$/,
    path: ['min_retention_days'],
    unit: 'days',
    what: 'recovery points',
    fromNowOn: true,
  },
  {
    type: /^aws_dlm_lifecycle_policy$/,
    path: ['policy_details', 'schedule', 'retain_rule', 'count'],
    unit: 'snapshots',
    what: 'snapshots',
  },
  {
    type: /^aws_dlm_lifecycle_policy$/,
    path: ['policy_details', 'schedule', 'retain_rule', 'interval'],
    unit: 'intervals',
    what: 'snapshots',
  },
  {
    type: /^aws_rbin_rule$/,
    path: ['retention_period', 'retention_period_value'],
    unit: 'days',
    what: 'what is deleted',
    fromNowOn: true,
  },
  {
    type: /^aws_s3_bucket_object_lock_configuration$/,
    path: ['rule', 'default_retention', 'days'],
    unit: 'days',
    what: 'the lock of new objects',
    fromNowOn: true,
  },
  {
    type: /^aws_s3_bucket_object_lock_configuration$/,
    path: ['rule', 'default_retention', 'years'],
    unit: 'years',
    what: 'the lock of new objects',
    fromNowOn: true,
  },
  {
    type: /^aws_secretsmanager_secret$/,
    path: ['recovery_window_in_days'],
    unit: 'days',
    what: 'a deleted secret',
    fromNowOn: true,
  },
  {
    type: /^aws_kms_(key|external_key|replica_key)$/,
    path: ['deletion_window_in_days'],
    unit: 'days',
    what: 'a key whose deletion is scheduled',
    fromNowOn: true,
  },
  { type: /^google_pubsub_(topic|subscription)$/, path: ['message_retention_duration'], unit: '', what: 'messages' },
  {
    type: /^google_storage_bucket$/,
    path: ['soft_delete_policy', 'retention_duration_seconds'],
    unit: 'seconds',
    what: 'deleted objects',
  },
  {
    type: /^google_bigquery_table$/,
    path: ['time_partitioning', 'expiration_ms'],
    unit: 'milliseconds',
    what: 'partitions',
    zero: 'unlimited',
  },
  {
    type: /^google_bigquery_dataset$/,
    path: ['default_table_expiration_ms'],
    unit: 'milliseconds',
    what: 'new tables',
    zero: 'unlimited',
    fromNowOn: true,
  },
  { type: /^azurerm_log_analytics_workspace$/, path: ['retention_in_days'], unit: 'days', what: 'logs' },
  { type: /^azurerm_eventhub$/, path: ['message_retention'], unit: 'days', what: 'events' },
  {
    type: /^azurerm_storage_account$/,
    path: ['blob_properties', 'delete_retention_policy', 'days'],
    unit: 'days',
    what: 'deleted blobs',
  },
  {
    type: /^azurerm_(postgresql|mysql)_flexible_server$/,
    path: ['backup_retention_days'],
    unit: 'days',
    what: 'backups',
  },
];

/** Names of retention settings, for types without an entry. */
const NAMED = /(^|_)(retention|retain)(_|$)/;

/** Retentions that are reduced: older data is deleted, or future data sooner. */
export function retentionJudgements(type: string, before: JsonObject, after: JsonObject): Judgement[] {
  const known = RETENTIONS.filter((retention) => retention.type.test(type));
  if (known.length > 0) return known.flatMap((retention) => judge(retention, before, after));
  return Object.keys(before)
    .filter((name) => NAMED.test(name) && !/performance_insights/.test(name))
    .flatMap((name) => judge({ type: /./, path: [name], unit: '', what: `what ${name} keeps` }, before, after));
}

function judge(retention: Retention, before: JsonObject, after: JsonObject): Judgement[] {
  const [old, now] = [valuesAt(before, retention.path), valuesAt(after, retention.path)];
  return old
    .flatMap(({ path, value }): Judgement[] => {
      const next = now.find((candidate) => candidate.path === path)?.value ?? 0;
      if (rank(next, retention) >= rank(value, retention)) return [];
      const text = (amount: number) =>
        amount === 0 ? (retention.zero ?? 'nothing') : `${amount}${retention.unit === '' ? '' : ` ${retention.unit}`}`;
      const fall = `${retention.what}: retention falls from ${text(value)} to ${text(next)}`;
      return [
        retention.fromNowOn === true
          ? { effect: 'risk', attribute: path, meaning: `${fall}, from now on` }
          : { effect: 'lost', attribute: path, meaning: `${fall}: what is older is deleted` },
      ];
    })
    .concat(begins(retention, old, now));
}

// A new limit: data that was kept without end is deleted.
function begins(retention: Retention, old: readonly Found[], now: readonly Found[]): Judgement[] {
  if (retention.zero !== 'unlimited') return [];
  return now
    .filter(({ path, value }) => value > 0 && !old.some((known) => known.path === path))
    .map(
      ({ path, value }): Judgement => ({
        effect: retention.fromNowOn === true ? 'risk' : 'lost',
        attribute: path,
        meaning: `${retention.what}: retention falls from unlimited to ${value} ${retention.unit}${retention.fromNowOn === true ? ', from now on' : ': what is older is deleted'}`,
      }),
    );
}

function rank(value: number, { zero }: Retention): number {
  return value <= 0 && zero === 'unlimited' ? Number.POSITIVE_INFINITY : value;
}

interface Found {
  readonly path: string;
  readonly value: number;
}

function valuesAt(value: Json | undefined, path: readonly string[], prefix = ''): Found[] {
  const [name, ...rest] = path;
  if (name === undefined) {
    const amount = typeof value === 'string' ? Number.parseFloat(value) : value;
    return typeof amount === 'number' && Number.isFinite(amount) ? [{ path: prefix, value: amount }] : [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => valuesAt(item, path, `${prefix}[${index}]`));
  }
  const at = prefix === '' ? name : `${prefix}.${name}`;
  const child = asObject(value)[name];
  return rest.length > 0 && Array.isArray(child)
    ? asList(child).flatMap((item, index) => valuesAt(item, rest, `${at}[${index}]`))
    : valuesAt(child, rest, at);
}
