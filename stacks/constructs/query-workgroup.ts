import { AthenaNamedQuery } from '@cdktf/provider-aws/lib/athena-named-query';
import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup';
import { Construct } from 'constructs';
import type { LakeBucket } from './lake-bucket';

/** A query that is kept in the workgroup. */
export interface NamedQuery {
  /** Name in Athena; also the construct's id. */
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** What the workgroup is to be like. */
export interface QueryWorkgroupProps {
  readonly name: string;
  readonly bucket: LakeBucket;
  /** Where results go in the bucket. */
  readonly resultPrefix: string;
  /** Bytes after which a query is cancelled, at least 10,485,760. */
  readonly scanLimitBytes: number;
  /** Account that must own the bucket when a result is written. */
  readonly accountId: string;
  readonly databaseName: string;
  readonly namedQueries: readonly NamedQuery[];
  /** Whether destroy deletes the workgroup together with its queries and their history. */
  readonly forceDestroy: boolean;
}

/** The Athena workgroup whose settings hold for every query in it, whatever the client asks for. */
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
