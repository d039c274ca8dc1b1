import { asList, asObject, type JsonObject } from '../../shared/json';
import type { DataEffect } from './model';
import { isIcebergTable } from './schema-rules';

/** Consequence of destroying an object, where its values tell more than its type. */
export interface Destroyed {
  readonly effect: Exclude<DataEffect, 'unjudged'>;
  readonly words: string;
}

type Judge = (before: JsonObject, words: string) => string | Destroyed;

/** Days for which a service keeps deleted data, by the type's attribute, else by its default. */
const days = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const bucket: Judge = (before, words) => {
  if (before.force_destroy !== true && before.force_delete !== true) return words;
  const everything = 'every object and every version in the bucket is deleted with it';
  const lock = asObject(asList(before.object_lock_configuration)[0]);
  const retention = asObject(asList(asObject(asList(lock.rule)[0]).default_retention)[0]);
  if (before.object_lock_enabled !== true) return `force_destroy is on: ${everything}`;
  if (retention.mode === 'GOVERNANCE') {
    return `force_destroy is on: ${everything}, those under the object lock (GOVERNANCE) too`;
  }
  const time =
    retention.years !== undefined && retention.years !== null
      ? `${retention.years} years`
      : retention.days
        ? `${retention.days} days`
        : '';
  const rule =
    retention.mode === undefined ? 'a COMPLIANCE retention' : [`${retention.mode}`, time].filter(Boolean).join(', ');
  return `force_destroy is on, but versions under the object lock (${rule}) can't be deleted before their retention ends: the apply fails while there are such, and deletes all others`;
};

/** The final snapshot that a destroyed database or cache leaves, in words. */
const finalSnapshot =
  (skip: string | undefined, ...names: string[]): Judge =>
  (before, words) => {
    const name = names.map((attribute) => before[attribute]).find((value) => typeof value === 'string' && value !== '');
    if (skip !== undefined && before[skip] === true) return `${words}, and no final snapshot is taken (${skip})`;
    if (typeof name === 'string') return `${words}; a final snapshot stays ("${name}")`;
    // A service that wants a snapshot's name refuses without one; others then take no snapshot.
    if (skip === undefined) return `${words}, and no final snapshot is taken (${names.join(', ')} isn't set)`;
    return before[skip] === false
      ? `${words}; a final snapshot stays, for which a name must be set, or the apply fails`
      : `${words}; whether a final snapshot is taken (${skip}) isn't known`;
  };

const instance: Judge = (before, words) => {
  const source = before.replicate_source_db ?? before.replication_source_identifier;
  if (typeof source === 'string' && source !== '') {
    return { effect: 'risk', words: `a replica is deleted; its source ${source} keeps the data` };
  }
  const said = finalSnapshot('skip_final_snapshot', 'final_snapshot_identifier')(before, words);
  const kept = before.delete_automated_backups === false ? '; automated backups stay for their retention' : '';
  return typeof said === 'string' ? said + kept : said;
};

const forced =
  (attribute: string, otherwise: string): Judge =>
  (before, words) =>
    before[attribute] === true ? `${attribute} is on: ${words}` : otherwise;

const secret: Judge = (before) => {
  const window = before.recovery_window_in_days;
  if (window === 0) return 'the secret and its versions are deleted at once: no recovery window';
  return `the secret is scheduled for deletion and can be restored for ${days(window, 30)} days; after that its versions are gone`;
};

const key: Judge = (before) =>
  `the key is scheduled for deletion in ${days(before.deletion_window_in_days, 30)} days; after that everything encrypted with it is unreadable for good`;

/** Types whose attributes tell more about their destruction than the table's words. */
const JUDGES: Readonly<Record<string, Judge>> = {
  aws_kinesis_stream: (before) => {
    const hours =
      typeof before.retention_period === 'number' ? ` (up to ${before.retention_period} hours of them)` : '';
    const consumers =
      before.enforce_consumer_deletion === false
        ? '; the apply fails while consumers are registered (enforce_consumer_deletion is off)'
        : '';
    return `the records in the stream${hours} are deleted, delivered or not${consumers}`;
  },
  aws_kinesis_firehose_delivery_stream: (_, words) => ({ effect: 'gap', words }),
  aws_glue_catalog_table: (before, words) =>
    isIcebergTable(before)
      ? "the Iceberg table leaves the catalog, which alone knows its current snapshot: its rows and history are out of reach; its files stay in S3 (Athena's DROP TABLE deletes them too)"
      : words,
  aws_s3_bucket: bucket,
  aws_s3_directory_bucket: bucket,
  google_storage_bucket: bucket,
  aws_lightsail_bucket: bucket,
  aws_s3control_bucket: (_, words) => words,
  digitalocean_spaces_bucket: bucket,
  aws_db_instance: instance,
  aws_rds_cluster: instance,
  aws_docdb_cluster: finalSnapshot('skip_final_snapshot', 'final_snapshot_identifier'),
  aws_neptune_cluster: finalSnapshot('skip_final_snapshot', 'final_snapshot_identifier'),
  aws_redshift_cluster: finalSnapshot('skip_final_snapshot', 'final_snapshot_identifier'),
  aws_lightsail_database: finalSnapshot('skip_final_snapshot', 'final_snapshot_name'),
  aws_elasticache_cluster: finalSnapshot(undefined, 'final_snapshot_identifier'),
  aws_elasticache_replication_group: finalSnapshot(undefined, 'final_snapshot_identifier'),
  aws_memorydb_cluster: finalSnapshot(undefined, 'final_snapshot_name'),
  aws_ebs_volume: (before, words) =>
    before.final_snapshot === true
      ? `${words}; a final snapshot of it stays (final_snapshot)`
      : `${words}, and no final snapshot is taken`,
  aws_fsx_windows_file_system: finalBackup,
  aws_fsx_lustre_file_system: finalBackup,
  aws_fsx_openzfs_file_system: finalBackup,
  aws_fsx_ontap_volume: finalBackup,
  aws_secretsmanager_secret: secret,
  aws_kms_key: key,
  aws_kms_external_key: key,
  aws_kms_replica_key: (before) =>
    `the replica key is scheduled for deletion in ${days(before.deletion_window_in_days, 30)} days; the primary key stays`,
  aws_dynamodb_table: (before, words) => {
    const recovery = asObject(asList(before.point_in_time_recovery)[0]).enabled;
    return recovery === true
      ? `${words}; DynamoDB keeps a system backup for 35 days (point-in-time recovery is on)`
      : words;
  },
  aws_ecr_repository: forced(
    'force_delete',
    'the repository is deleted if it is empty; the apply fails while it holds images',
  ),
  aws_ecrpublic_repository: forced(
    'force_destroy',
    'the repository is deleted if it is empty; the apply fails while it holds images',
  ),
  aws_backup_vault: forced(
    'force_destroy',
    'the vault is deleted if it is empty; the apply fails while it holds recovery points',
  ),
  aws_route53_zone: forced(
    'force_destroy',
    'the zone is deleted; the apply fails while it holds records that are not destroyed too; a new one has other name servers',
  ),
  aws_athena_database: forced(
    'force_destroy',
    'the database leaves the catalog; the apply fails while it holds tables',
  ),
  aws_athena_workgroup: forced(
    'force_destroy',
    'the workgroup is deleted; the apply fails while it holds named queries or history; results stay in S3',
  ),
  aws_instance: (before, words) => {
    const root = asObject(asList(before.root_block_device)[0]).delete_on_termination;
    return root === false ? 'instance stores are deleted; the root volume stays (delete_on_termination is off)' : words;
  },
  aws_organizations_account: (before) =>
    before.close_on_deletion === true
      ? 'the account is closed with all that it holds; it can be reopened for 90 days'
      : { effect: 'risk', words: 'the account leaves the organization and stays as it is' },
  aws_quicksight_analysis: (before) =>
    days(before.recovery_window_in_days, 30) === 0
      ? 'the analysis is deleted at once'
      : `the analysis is deleted; it can be brought back for ${days(before.recovery_window_in_days, 30)} days`,
  google_project: (before, words) =>
    before.deletion_policy === 'ABANDON' ? stays('deletion_policy is ABANDON') : words,
};

function finalBackup(before: JsonObject, words: string): string {
  if (before.skip_final_backup === true) return `${words}, and no final backup is taken (skip_final_backup)`;
  return before.skip_final_backup === false ? `${words}; a final backup stays` : words;
}

function stays(reason: string): Destroyed {
  return { effect: 'risk', words: `the object stays as it is (${reason}), no longer managed here` };
}

/** Attributes with which the object stays although its resource is destroyed. */
const KEEPERS: readonly (readonly [string, unknown])[] = [
  ['skip_destroy', true],
  ['retain_on_delete', true],
  ['retain_stack', true],
  ['retain_stacks', true],
  ['retain_physical_resources', true],
  ['deletion_policy', 'ABANDON'],
  ['deletion_policy', 'retain'],
];

/** Attributes with which the service refuses to delete. */
const PROTECTIONS = [
  'deletion_protection',
  'deletion_protection_enabled',
  'termination_protection',
  'termination_protection_enabled',
  'disable_api_termination',
];

/** Fate of a destroyed object's data, by its values before. */
export function destroyedData(type: string, before: JsonObject, words: string): Destroyed {
  const keeper = KEEPERS.find(([attribute, value]) => before[attribute] === value);
  if (keeper !== undefined) return stays(`${keeper[0]} is ${keeper[1] === true ? 'on' : keeper[1]}`);
  const judged = JUDGES[type]?.(before, words) ?? words;
  const destroyed: Destroyed = typeof judged === 'string' ? { effect: 'lost', words: judged } : judged;
  const protection = PROTECTIONS.find((name) => before[name] === true || before[name] === 'ACTIVE');
  if (protection === undefined) return destroyed;
  return { ...destroyed, words: `${destroyed.words}; the service refuses while ${protection} is on` };
}

/** Words on a replacement, besides those on a delete. */
const REPLACED: Readonly<Record<string, string>> = {
  aws_kinesis_stream:
    'the new stream starts empty, and consumers have to start over with new shards and sequence numbers',
  aws_glue_catalog_table:
    'schema versions and registered partitions start over; format conversion fails until the table is back',
  aws_kms_key: 'what the old key encrypted stays bound to the old key',
};

const FIREHOSE_GAP =
  'the new delivery stream restarts at LATEST: records put between the end of the old one and the start of the new are not delivered';

/** Fate of a replaced object's data. */
export function replacedData(type: string, before: JsonObject, words: string): Destroyed {
  if (type === 'aws_kinesis_firehose_delivery_stream') return { effect: 'gap', words: FIREHOSE_GAP };
  const destroyed = destroyedData(type, before, words);
  const more = REPLACED[type];
  return more === undefined ? destroyed : { ...destroyed, words: `${destroyed.words}; ${more}` };
}
