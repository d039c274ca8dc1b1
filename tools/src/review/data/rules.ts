import { asList, asObject, type Json, type JsonObject } from '../../shared/json';
import { azureRules, googleRules, lifecycleJudgements } from './lifecycle';
import type { Judgement } from './model';
import { retentionJudgements } from './retention';
import { tableJudgements } from './schema-rules';

/** Input of a rule: values before and after (empty without an object), and their context. */
export interface RuleInput {
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** Whether the object exists before, and after. */
  readonly existed: boolean;
  readonly exists: boolean;
  /** Whether the change names a bucket that may hold objects already: one that this plan doesn't create. */
  readonly holdsObjects: boolean;
  /** Whether the named bucket may hold former versions. */
  readonly versioned: boolean;
  /** Whether the named bucket is destroyed too: its own line then says what is lost. */
  readonly bucketGoes: boolean;
  /** Marks of values known only after the apply. */
  readonly unknown: JsonObject;
}

/** A rule on changes that destroy no object. */
interface ChangeRule {
  readonly type: RegExp;
  readonly judge: (input: RuleInput) => Judgement[];
}

const risk = (attribute: string, meaning: string): Judgement => ({ effect: 'risk', attribute, meaning });
const lost = (attribute: string, meaning: string): Judgement => ({ effect: 'lost', attribute, meaning });

const first = (value: Json | undefined): JsonObject => asObject(asList(value)[0]);

/** Judges a switch that leaves its safe position. */
function turned(
  { before, after, existed, exists }: RuleInput,
  names: readonly string[],
  safe: (value: Json) => boolean,
  meaning: string,
): Judgement[] {
  if (!existed || !exists) return [];
  return names
    .filter((name) => before[name] !== undefined && before[name] !== null && safe(before[name] ?? null))
    .filter((name) => name in after && !safe(after[name] ?? null))
    .map((name) => risk(name, meaning));
}

const isOn = (value: Json) => value === true || value === 'ACTIVE';
const isOff = (value: Json) => value !== true;

/** Rules for every type that holds data. */
const SWITCHES: ChangeRule['judge'] = (input) => [
  ...turned(
    input,
    [
      'deletion_protection',
      'deletion_protection_enabled',
      'termination_protection',
      'termination_protection_enabled',
      'disable_api_termination',
    ],
    isOn,
    'a later destroy is no longer refused by the service',
  ),
  ...turned(input, ['force_destroy', 'force_delete'], isOff, 'from now on a destroy deletes it with everything in it'),
  ...turned(
    input,
    ['skip_final_snapshot', 'skip_final_backup'],
    isOff,
    'from now on a destroy takes no final snapshot',
  ),
  ...turned(input, ['final_snapshot'], isOn, 'from now on a destroy takes no final snapshot'),
  ...turned(
    input,
    ['delete_automated_backups'],
    (value) => value === false,
    'from now on a destroy deletes the automated backups too',
  ),
  ...turned(
    input,
    ['skip_destroy', 'retain_on_delete'],
    isOn,
    'from now on a destroy deletes it, where it stayed before',
  ),
  ...turned(input, ['close_on_deletion'], isOff, 'from now on a destroy closes the account'),
];

const KEY_DISABLED = 'what it encrypted is unreadable while the key is disabled, and writes that use it fail';

const versioningOff = (input: RuleInput, on: (values: JsonObject) => boolean, attribute: string): Judgement[] => {
  if (!input.existed || !on(input.before) || (input.exists && on(input.after)) || input.bucketGoes) return [];
  return [risk(attribute, 'overwritten and deleted objects can no longer be brought back')];
};

/** Rules of single types; each entry stands alone. */
export const CHANGE_RULES: readonly ChangeRule[] = [
  {
    type: /^aws_(s3|s3control)_bucket_lifecycle_configuration$/,
    judge: ({ before, after, exists, holdsObjects, versioned, unknown }) => {
      if (!exists || !holdsObjects) return [];
      if (unknown.rule === true)
        return [risk('rule', 'its rules are known only after the apply: what expires by them is not judged')];
      const rules = (values: JsonObject) =>
        asList(values.rule).flatMap((rule) =>
          asObject(rule).rule === undefined ? [rule] : asList(asObject(rule).rule),
        );
      return lifecycleJudgements(rules(before), rules(after), 'rule', versioned);
    },
  },
  {
    type: /^aws_s3_bucket$/,
    judge: ({ before, after, existed, exists, versioned }) =>
      existed && exists
        ? lifecycleJudgements(asList(before.lifecycle_rule), asList(after.lifecycle_rule), 'lifecycle_rule', versioned)
        : [],
  },
  {
    type: /^google_storage_bucket$/,
    judge: ({ before, after, existed, exists }) =>
      existed && exists ? lifecycleJudgements(googleRules(before), googleRules(after), 'lifecycle_rule') : [],
  },
  {
    type: /^azurerm_storage_management_policy$/,
    judge: ({ before, after, exists }) =>
      exists ? lifecycleJudgements(azureRules(before), azureRules(after), 'rule') : [],
  },
  {
    type: /^aws_s3_bucket_versioning$/,
    judge: (input) =>
      versioningOff(
        input,
        (values) => first(values.versioning_configuration).status === 'Enabled',
        'versioning_configuration[0].status',
      ),
  },
  {
    type: /^(aws_s3_bucket|google_storage_bucket)$/,
    judge: (input) =>
      input.exists && input.after.versioning !== undefined
        ? versioningOff(input, (values) => first(values.versioning).enabled === true, 'versioning[0].enabled')
        : [],
  },
  {
    type: /^aws_s3_bucket_(replication_configuration|object_lock_configuration)$/,
    judge: ({ before, after, existed, exists, bucketGoes }) => {
      if (!existed || bucketGoes) return [];
      if (before.role !== undefined) {
        const on = (values: JsonObject) =>
          asList(values.rule)
            .map(asObject)
            .filter((rule) => rule.status === 'Enabled')
            .map((rule) => String(rule.id ?? rule.priority ?? ''));
        const left = exists ? on(before).filter((id) => !on(after).includes(id)) : on(before);
        return left.length === 0 ? [] : [risk('rule', 'new objects are no longer copied to the other bucket')];
      }
      const mode = (values: JsonObject) => first(first(values.rule).default_retention).mode;
      if (exists && mode(after) === mode(before)) return [];
      if (exists && mode(before) === 'GOVERNANCE' && mode(after) === 'COMPLIANCE') return [];
      return mode(before) === undefined
        ? []
        : [risk('rule', 'new objects are no longer locked as they were: they can be deleted sooner')];
    },
  },
  {
    type: /^aws_kms_(key|external_key|replica_key|replica_external_key)$/,
    judge: (input) => [
      ...turned(input, ['is_enabled', 'enabled'], isOn, KEY_DISABLED),
      ...(input.existed &&
      input.exists &&
      typeof input.after.valid_to === 'string' &&
      input.after.valid_to !== '' &&
      input.before.valid_to !== input.after.valid_to
        ? [
            risk(
              'valid_to',
              'the key material expires: from then on what it encrypted is unreadable until it is imported again',
            ),
          ]
        : []),
    ],
  },
  {
    type: /^aws_glue_catalog_table$/,
    judge: ({ before, after, existed, exists }) => (existed && exists ? tableJudgements(before, after) : []),
  },
  {
    type: /^aws_kinesis_firehose_delivery_stream$/,
    judge: ({ before, after, existed, exists }) => {
      if (!existed || !exists) return [];
      const [old, now] = [first(before.extended_s3_configuration), first(after.extended_s3_configuration)];
      const differs = (name: string) =>
        typeof old[name] === 'string' && typeof now[name] === 'string' && old[name] !== now[name];
      return [
        ...(old.s3_backup_mode === 'Enabled' && now.s3_backup_mode !== 'Enabled'
          ? [
              risk(
                'extended_s3_configuration[0].s3_backup_mode',
                'raw records are no longer kept: what conversion drops is gone',
              ),
            ]
          : []),
        ...(differs('prefix') || differs('bucket_arn')
          ? [
              risk(
                `extended_s3_configuration[0].${differs('prefix') ? 'prefix' : 'bucket_arn'}`,
                'new objects go to another place: a table that looks in the old one no longer finds new rows',
              ),
            ]
          : []),
      ];
    },
  },
  {
    type: /^aws_lambda_event_source_mapping$/,
    judge: ({ before, after, existed, exists, unknown }) => {
      if (!existed || !exists) return [];
      const anew = ['starting_position', 'event_source_arn'].find(
        (name) => before[name] !== after[name] || unknown[name] === true,
      );
      const destination = (values: JsonObject) => first(first(values.destination_config).on_failure).destination_arn;
      const isLatest = after.starting_position === 'LATEST';
      return [
        ...(anew === undefined
          ? []
          : [
              isLatest
                ? {
                    effect: 'gap' as const,
                    attribute: anew,
                    meaning:
                      'the new mapping starts at LATEST: records put between the end of the old one and its start are not processed',
                  }
                : risk(anew, 'the new mapping has no position: it starts over, and records are processed again'),
            ]),
        ...(before.enabled === true && after.enabled === false
          ? [
              risk(
                'enabled',
                'records wait unprocessed, and are missed once they outlive the retention of their source',
              ),
            ]
          : []),
        ...(typeof destination(before) === 'string' && Object.keys(first(after.destination_config)).length === 0
          ? [risk('destination_config', 'records that it gives up are no longer told to anybody')]
          : []),
      ];
    },
  },
  {
    type: /^aws_dynamodb_table$/,
    judge: ({ before, after, existed, exists }) => {
      if (!existed || !exists) return [];
      const [ttl, oldTtl] = [first(after.ttl), first(before.ttl)];
      const recovery = (values: JsonObject) => first(values.point_in_time_recovery);
      const days = (values: JsonObject) => Number(recovery(values).recovery_period_in_days ?? 35);
      return [
        ...(ttl.enabled === true && (oldTtl.enabled !== true || oldTtl.attribute_name !== ttl.attribute_name)
          ? [lost('ttl[0]', `items whose ${ttl.attribute_name ?? 'time to live'} has passed are deleted from now on`)]
          : []),
        ...(recovery(before).enabled === true && recovery(after).enabled !== true
          ? [
              risk(
                'point_in_time_recovery[0].enabled',
                'the table can no longer be restored to an earlier time, and its continuous backups are gone',
              ),
            ]
          : recovery(after).enabled === true && recovery(before).enabled === true && days(after) < days(before)
            ? [
                lost(
                  'point_in_time_recovery[0].recovery_period_in_days',
                  `continuous backups reach back ${days(after)} days instead of ${days(before)}: older ones are deleted`,
                ),
              ]
            : []),
        ...(before.stream_enabled === true && after.stream_enabled !== true
          ? [
              risk(
                'stream_enabled',
                "changes no longer go to the table's stream; those not yet read can be read for 24 hours",
              ),
            ]
          : []),
      ];
    },
  },
  {
    type: /^aws_(ecr_lifecycle_policy|opensearchserverless_lifecycle_policy)$/,
    judge: ({ before, after, exists, holdsObjects }) => {
      if (!exists || !holdsObjects || before.policy === after.policy) return [];
      const rules = (text: Json | undefined) => new Set(policyRules(text));
      const known = rules(before.policy);
      const added = [...rules(after.policy)].filter((rule) => !known.has(rule)).length;
      return added === 0 ? [] : [lost('policy', `${added} new or changed rule(s) delete what was kept until now`)];
    },
  },
  {
    type: /^aws_(backup_plan|backup_selection|dlm_lifecycle_policy|efs_backup_policy)$/,
    judge: ({ before, after, existed, exists }) => {
      const on = (values: JsonObject) =>
        values.state !== 'DISABLED' && !/^DISABL/.test(String(first(values.backup_policy).status ?? ''));
      if (!existed || !on(before)) return [];
      if (!exists || !on(after))
        return [risk('state', 'no further backups are made by it; those that are there stay for their retention')];
      const rules = (values: JsonObject) => asList(values.rule).map((rule) => String(asObject(rule).rule_name ?? ''));
      const gone = rules(before).filter((name) => !rules(after).includes(name));
      return gone.length === 0 ? [] : [risk('rule', `no further backups are made by ${gone.join(', ')}`)];
    },
  },
  {
    type: /^aws_(efs_replication_configuration|ecr_replication_configuration|dynamodb_kinesis_streaming_destination|redshift_snapshot_copy|redshift_logging|cloudtrail|rds_cluster_activity_stream)$/,
    judge: ({ before, after, existed, exists }) =>
      existed && (!exists || (before.enable_logging === true && after.enable_logging === false))
        ? [risk(exists ? 'enable_logging' : '', 'nothing is copied or recorded by it any more; what is there stays')]
        : [],
  },
  {
    type: /^aws_(backup_vault_lock_configuration|glacier_vault_lock|rbin_rule)$/,
    judge: ({ existed, exists }) => (existed && !exists ? [risk('', 'what it protected can be deleted again')] : []),
  },
  {
    type: /^aws_msk_configuration$/,
    judge: ({ before, after, existed, exists }) => {
      if (!existed || !exists) return [];
      const limit = (values: JsonObject, name: string) => {
        const text = new RegExp(`^\\s*${name.replaceAll('.', '\\.')}\\s*=\\s*(-?\\d+)`, 'm').exec(
          String(values.server_properties ?? ''),
        )?.[1];
        return text === undefined ? undefined : Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text);
      };
      return ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours', 'log.retention.bytes'].flatMap(
        (name) => {
          const [old, now] = [limit(before, name), limit(after, name)];
          return now !== undefined && now < (old ?? Number.POSITIVE_INFINITY)
            ? [
                lost(
                  'server_properties',
                  `${name} is ${now} instead of ${old ?? 'not set'}: older records of topics that follow it are deleted`,
                ),
              ]
            : [];
        },
      );
    },
  },
  {
    type: /^aws_(ec2|rds)_instance_state$/,
    judge: ({ before, after, existed, exists }) =>
      existed && exists && before.state !== after.state && String(after.state) === 'stopped'
        ? [risk('state', 'the instance is stopped: what its instance stores hold is gone')]
        : [],
  },
];

function policyRules(text: Json | undefined): string[] {
  if (typeof text !== 'string') return [];
  try {
    const policy = asObject(JSON.parse(text) as Json);
    return asList(policy.rules ?? policy.Rules).map((rule) => JSON.stringify(rule));
  } catch {
    return [text];
  }
}

/** Consequence for data of a change without destruction. */
export function changeJudgements(type: string, holds: boolean, input: RuleInput): Judgement[] {
  const found = CHANGE_RULES.filter((rule) => rule.type.test(type)).flatMap((rule) => rule.judge(input));
  if (input.existed && input.exists) {
    found.push(...retentionJudgements(type, input.before, input.after));
    if (holds) found.push(...SWITCHES(input));
  }
  return found;
}
