import { AthenaNamedQuery } from '@cdktf/provider-aws/lib/athena-named-query';
import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup';
import { Construct } from 'constructs';
import type { LakeBucket } from './lake-bucket';

/** A query that is saved in the workgroup. */
export interface NamedQuery {
  /** Name in Athena; also the construct's id. */
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** Properties of the workgroup. */
export interface QueryWorkgroupProps {
  readonly name: string;
  readonly bucket: LakeBucket;
  /** Prefix of results in the bucket. */
  readonly resultPrefix: string;
  /** Bytes after which a query is cancelled, at least 10,485,760. */
  readonly scanLimitBytes: number;
  /** Account that must own the bucket for a result to be written. */
  readonly accountId: string;
  readonly databaseName: string;
  readonly namedQueries: readonly NamedQuery[];
  /** Whether destroy deletes the workgroup together with its queries and their history. */
  readonly forceDestroy: boolean;
}

/** The Athena workgroup; its settings override those of every client. */
export class QueryWorkgroup extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: QueryWorkgroupProps) {
    super(scope, id);
    const { bucket } = props;
    const workgroup = new AthenaWorkgroup(this, 'this', {
      name: props.name,
      forceDestroy: props.forceDestroy,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: props.scanLimitBytes,
        resultConfiguration: {
          outputLocation: `s3://${bucket.name}/${props.resultPrefix}`,
          expectedBucketOwner: props.accountId,
          encryptionConfiguration:
            bucket.kmsKeyArn === undefined
              ? { encryptionOption: 'SSE_S3' }
              : { encryptionOption: 'SSE_KMS', kmsKeyArn: bucket.kmsKeyArn },
        },
      },
      dependsOn: [...bucket.ready],
    });
    for (const { name, description, sql } of props.namedQueries) {
      new AthenaNamedQuery(this, name.replaceAll('-', '_'), {
        name,
        description,
        database: props.databaseName,
        workgroup: workgroup.name,
        query: sql,
      });
    }
    this.name = workgroup.name;
  }
}
