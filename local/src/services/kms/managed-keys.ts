import { type Owner, rootArn } from '../../core/owner';

/** Services whose AWS managed key is created at first use. */
export const MANAGED_ALIASES: readonly string[] = [
  'acm',
  'backup',
  'dynamodb',
  'ebs',
  'elasticfilesystem',
  'es',
  'glue',
  'kafka',
  'kinesis',
  'lambda',
  'rds',
  'redshift',
  's3',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'xray',
].map((service) => `alias/aws/${service}`);

/** Policy of an AWS managed key: use only through its service, description by IAM permission. */
export function managedPolicy(service: string, { accountId, region }: Owner): string {
  const use = {
    Sid: `Allow access through ${service} for all principals in the account that are authorized to use ${service}`,
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['Encrypt', 'Decrypt', 'ReEncrypt*', 'GenerateDataKey*', 'CreateGrant', 'DescribeKey'].map(toAction),
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com`, 'kms:CallerAccount': accountId },
    },
  };
  const look = {
    Sid: 'Allow direct access to key metadata to the account',
    Effect: 'Allow',
    Principal: { AWS: rootArn(accountId) },
    Action: ['Describe*', 'Get*', 'List*', 'RevokeGrant'].map(toAction),
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: `auto-${service}-1`, Statement: [use, look] });
}

function toAction(name: string): string {
  return `kms:${name}`;
}
