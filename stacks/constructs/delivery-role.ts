import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { CatalogTable } from './catalog';
import type { EventStream } from './event-stream';
import type { LakeBucket } from './lake-bucket';
import { type PolicyStatement, policyDocument } from './policy';

/** Properties of the delivery stream's role. */
export interface DeliveryRoleProps {
  readonly roleName: string;
  readonly policyName: string;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly source: EventStream;
  readonly bucket: LakeBucket;
  /** Prefixes that objects are written below: data, failed records, backup. */
  readonly prefixes: readonly string[];
  /** The table whose schema the conversion uses. @default no conversion */
  readonly schema?: CatalogTable;
  /** Function that transforms records. @default none */
  readonly functionArn?: string;
  /** The Iceberg table that is committed to, and its files' prefix. @default none */
  readonly commits?: { readonly tableArn: string; readonly databaseArn: string; readonly prefix: string };
  /** ARN of the log stream for delivery errors. @default no log */
  readonly logStreamArn?: string;
}

/**
 * The role that Firehose assumes, with the permissions that "Controlling access with Amazon Data Firehose" lists, each
 * on its own resources alone: the objects below the delivered prefixes, not the results of queries.
 */
export class DeliveryRole extends Construct {
  readonly arn: string;
  /** The policy; without it IAM refuses the delivery stream. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DeliveryRoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'this', {
      name: props.roleName,
      assumeRolePolicy: policyDocument([
        {
          Sid: 'Firehose',
          Principal: { Service: 'firehose.amazonaws.com' },
          Action: 'sts:AssumeRole',
          // ExternalId: without it, another account's delivery stream could use this role.
          Condition: { StringEquals: { 'sts:ExternalId': props.accountId } },
        },
      ]),
    });
    const policy = new IamRolePolicy(this, 'policy', {
      name: props.policyName,
      role: role.id,
      policy: policyDocument([
        ...readStatements(props),
        ...writeStatements(props),
        ...schemaStatements(props),
        ...commitStatements(props),
        ...transformStatements(props),
        ...logStatements(props),
      ]),
    });
    this.arn = role.arn;
    this.ready = [policy];
  }
}

function readStatements({ source, region }: DeliveryRoleProps): PolicyStatement[] {
  return [
    {
      Sid: 'ReadStream',
      Action: ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
      Resource: source.arn,
    },
    ...source.decryptStatements(region),
  ];
}

function writeStatements({ bucket, prefixes, region }: DeliveryRoleProps): PolicyStatement[] {
  const statements: PolicyStatement[] = [
    {
      Sid: 'WriteObjects',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      Resource: prefixes.map((prefix) => `${bucket.arn}/${prefix}*`),
    },
    {
      Sid: 'ListBucket',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: bucket.arn,
    },
  ];
  if (bucket.kmsKeyArn !== undefined) {
    statements.push({
      Sid: 'EncryptObjects',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: bucket.kmsKeyArn,
      Condition: {
        StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
        // The encryption context is the bucket with a bucket key, the object without one.
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket.arn, `${bucket.arn}/*`] },
      },
    });
  }
  return statements;
}

function schemaStatements({ schema, arnPrefix, region, accountId }: DeliveryRoleProps): PolicyStatement[] {
  if (schema === undefined) return [];
  return [
    {
      Sid: 'ReadSchema',
      Action: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
      Resource: [`${arnPrefix}:glue:${region}:${accountId}:catalog`, schema.databaseArn, schema.tableArn],
    },
  ];
}

/** Permissions of "Grant Firehose access to an Apache Iceberg Tables destination". */
function commitStatements({ commits, bucket, arnPrefix, region, accountId }: DeliveryRoleProps): PolicyStatement[] {
  if (commits === undefined) return [];
  return [
    {
      Sid: 'CommitSnapshots',
      Action: ['glue:GetDatabase', 'glue:GetTable', 'glue:UpdateTable'],
      Resource: [`${arnPrefix}:glue:${region}:${accountId}:catalog`, commits.databaseArn, commits.tableArn],
    },
    // Deletion of files whose commit failed on a conflict.
    { Sid: 'RemoveFiles', Action: 's3:DeleteObject', Resource: `${bucket.arn}/${commits.prefix}*` },
  ];
}

/** Permission to invoke the function version that the delivery stream names. */
function transformStatements({ functionArn }: DeliveryRoleProps): PolicyStatement[] {
  if (functionArn === undefined) return [];
  return [{ Sid: 'TransformRecords', Action: 'lambda:InvokeFunction', Resource: `${functionArn}:$LATEST` }];
}

function logStatements({ logStreamArn }: DeliveryRoleProps): PolicyStatement[] {
  return logStreamArn === undefined ? [] : [{ Sid: 'LogErrors', Action: 'logs:PutLogEvents', Resource: logStreamArn }];
}
