import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import type { Guard } from './guard';
import { type PolicyStatement, policyDocument } from './policy';

/** Properties of the customer's key. */
export interface EncryptionKeyProps {
  /** Name of the key's alias, without `alias/`. */
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  /** Log groups that are encrypted with the key. */
  readonly logGroupNames: readonly string[];
  /** Whether alarms notify a topic that is encrypted with the key. */
  readonly alarmTopic: boolean;
  /** Lifecycle that guards the key against accidental deletion, which would lose all data with it. */
  readonly guard: Guard;
}

/** Waiting period in which a key's deletion can be cancelled; KMS' longest. */
const DELETION_WINDOW_DAYS = 30;

/**
 * Actions that the account's administrators may take through their own IAM policies; without `kms:*`, none of them can
 * grant itself use of the data.
 */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:CreateGrant',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];
const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** A KMS key of the lakehouse's own, rotated every year. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, 'this', {
      description: `Encrypts the lakehouse ${props.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: policyDocument(keyPolicy(props)),
      lifecycle: props.guard.deletionOnly(),
    });
    new KmsAlias(this, 'alias', { name: `alias/${props.name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** The key's policy. The resource `*` means this key; KMS has no other way to write it. */
function keyPolicy(props: EncryptionKeyProps): PolicyStatement[] {
  const { accountId, region, arnPrefix, logGroupNames, alarmTopic } = props;
  const logGroups = logGroupNames.map((name) => `${arnPrefix}:logs:${region}:${accountId}:log-group:${name}`);
  return [
    {
      Sid: 'AccountThroughIam',
      Principal: { AWS: `${arnPrefix}:iam::${accountId}:root` },
      Action: [...ADMINISTRATION, ...USE],
      Resource: '*',
    },
    ...(alarmTopic
      ? [
          {
            Sid: 'AlarmsToTopic',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Resource: '*',
            Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
          },
        ]
      : []),
    ...(logGroups.length === 0
      ? []
      : [
          {
            Sid: 'Logs',
            Principal: { Service: `logs.${region}.amazonaws.com` },
            Action: [
              'kms:Decrypt',
              'kms:DescribeKey',
              'kms:Encrypt',
              'kms:GenerateDataKey',
              'kms:ReEncryptFrom',
              'kms:ReEncryptTo',
            ],
            Resource: '*',
            Condition: {
              ArnEquals: {
                'kms:EncryptionContext:aws:logs:arn': logGroups.length === 1 ? (logGroups[0] ?? '') : logGroups,
              },
            },
          },
        ]),
  ];
}
