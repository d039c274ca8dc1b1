import { GlueCatalogTableOptimizer } from '@cdktf/provider-aws/lib/glue-catalog-table-optimizer';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import type { Catalog } from './catalog';
import type { IcebergTable } from './iceberg-table';
import type { LakeBucket } from './lake-bucket';
import { type PolicyStatement, policyDocument } from './policy';

/** Properties of the optimizers. */
export interface TableOptimizersProps {
  readonly roleName: string;
  readonly policyName: string;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly bucket: LakeBucket;
  readonly catalog: Catalog;
  readonly table: IcebergTable;
  /** Prefix of the table's files in the bucket, with a slash at its end. */
  readonly prefix: string;
  readonly snapshotRetentionDays: number;
}

/** Days after which a file outside of every snapshot is an orphan; Glue's default. */
const ORPHAN_DAYS = 3;

/**
 * Glue's optimizers of the Iceberg table ("Optimizing Iceberg tables"): compaction, expiry of old snapshots, deletion
 * of files outside of every snapshot. Their role has the permissions of "Table optimization prerequisites".
 */
export class TableOptimizers extends Construct {
  constructor(scope: Construct, id: string, props: TableOptimizersProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: props.roleName,
      assumeRolePolicy: policyDocument([
        { Sid: 'Glue', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]),
    });
    const policy = new IamRolePolicy(this, 'policy', {
      name: props.policyName,
      role: role.id,
      policy: policyDocument(statements(props)),
    });
    const configurations = {
      compaction: {},
      retention: {
        retentionConfiguration: [
          {
            icebergConfiguration: [
              {
                snapshotRetentionPeriodInDays: props.snapshotRetentionDays,
                numberOfSnapshotsToRetain: 1,
                cleanExpiredFiles: true,
              },
            ],
          },
        ],
      },
      orphan_file_deletion: {
        orphanFileDeletionConfiguration: [{ icebergConfiguration: [{ orphanFileRetentionPeriodInDays: ORPHAN_DAYS }] }],
      },
    };
    for (const [type, configuration] of Object.entries(configurations)) {
      new GlueCatalogTableOptimizer(this, type, {
        catalogId: props.accountId,
        databaseName: props.catalog.databaseName,
        tableName: props.table.tableName,
        type,
        configuration: [{ enabled: true, roleArn: role.arn, ...configuration }],
        dependsOn: [policy],
      });
    }
  }
}

function statements(props: TableOptimizersProps): PolicyStatement[] {
  const { bucket, catalog, table, prefix, arnPrefix, region, accountId } = props;
  const logGroups = ['iceberg-compaction', 'iceberg-retention', 'iceberg-orphan-file-deletion'].map(
    (name) => `${arnPrefix}:logs:${region}:${accountId}:log-group:/aws-glue/${name}/logs:*`,
  );
  const found: PolicyStatement[] = [
    {
      Sid: 'RewriteFiles',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: `${bucket.arn}/${prefix}*`,
    },
    { Sid: 'ListFiles', Action: 's3:ListBucket', Resource: bucket.arn },
    {
      Sid: 'CommitSnapshots',
      Action: ['glue:GetTable', 'glue:UpdateTable'],
      Resource: [`${arnPrefix}:glue:${region}:${accountId}:catalog`, catalog.databaseArn, table.tableArn],
    },
    {
      Sid: 'LogRuns',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: logGroups,
    },
  ];
  if (bucket.kmsKeyArn !== undefined) {
    found.push({
      Sid: 'EncryptFiles',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: bucket.kmsKeyArn,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    });
  }
  return found;
}
