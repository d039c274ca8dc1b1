import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { AccessLogBucket } from './access-log-bucket';
import { BucketBaseline } from './bucket-baseline';
import type { Guard } from './guard';

/** Days after which objects under a prefix are deleted. */
export interface PrefixExpiration {
  /** Name of the lifecycle rule. */
  readonly rule: string;
  readonly prefix: string;
  readonly days: number;
}

/** Properties of the lake's bucket. */
export interface LakeBucketProps {
  /** The bucket's name; it may be a Terraform reference. */
  readonly name: string;
  readonly accountId: string;
  /** ARN of the customer's key. @default SSE-S3 */
  readonly kmsKeyArn?: string;
  /** Whether destroy empties the bucket first. */
  readonly forceDestroy: boolean;
  /** Whether overwritten and deleted objects are kept. */
  readonly versioning: boolean;
  /** Days after which a version that is no longer current is deleted. */
  readonly noncurrentExpirationDays: number;
  /** Prefixes whose objects expire. @default no lifecycle rules at all */
  readonly expirations?: readonly PrefixExpiration[];
  /** Days to keep access logs. @default no access logs */
  readonly accessLogDays?: number;
  /** Lifecycle that guards the bucket against accidental deletion and replacement. */
  readonly guard: Guard;
}

/** Days after which parts of an incomplete multipart upload are deleted. */
const UNFINISHED_UPLOAD_DAYS = 7;

/** The bucket that holds the table's objects, the raw backup, failed records and query results. */
export class LakeBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  /** ARN of the customer's key, if the bucket has one; its writers need permissions on it. */
  readonly kmsKeyArn: string | undefined;
  /** Resources that must exist before an object is written. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LakeBucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, 'this', {
      bucket: props.name,
      forceDestroy: props.forceDestroy,
      lifecycle: props.guard.lifecycle('bucket'),
    });
    const baseline = new BucketBaseline(this, 'baseline', { bucket, kmsKeyArn: props.kmsKeyArn });
    const versioning = props.versioning
      ? [
          new S3BucketVersioningA(this, 'versioning', {
            bucket: bucket.id,
            versioningConfiguration: { status: 'Enabled' },
          }),
        ]
      : [];
    if (props.expirations !== undefined) {
      new S3BucketLifecycleConfiguration(this, 'lifecycle', {
        bucket: bucket.id,
        rule: lifecycleRules(props.expirations, props.versioning ? props.noncurrentExpirationDays : undefined),
        dependsOn: versioning,
      });
    }
    if (props.accessLogDays !== undefined) {
      const logs = new AccessLogBucket(this, 'access_logs', {
        name: `${props.name}-logs`,
        source: bucket,
        accountId: props.accountId,
        forceDestroy: props.forceDestroy,
        expirationDays: props.accessLogDays,
      });
      new S3BucketLoggingA(this, 'logging', {
        bucket: bucket.id,
        targetBucket: logs.name,
        targetPrefix: 'access/',
        dependsOn: [...logs.ready],
      });
    }
    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.kmsKeyArn = props.kmsKeyArn;
    this.ready = [...baseline.ready, ...versioning];
  }
}

function lifecycleRules(expirations: readonly PrefixExpiration[], noncurrentDays: number | undefined) {
  const everything = { status: 'Enabled', filter: [{ prefix: '' }] };
  const rules: S3BucketLifecycleConfigurationRule[] = expirations.map(({ rule, prefix, days }) => ({
    id: rule,
    status: 'Enabled',
    filter: [{ prefix }],
    expiration: [{ days }],
  }));
  rules.push({
    ...everything,
    id: 'unfinished-uploads',
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: UNFINISHED_UPLOAD_DAYS }],
  });
  if (noncurrentDays !== undefined) {
    rules.push({ ...everything, id: 'old-versions', noncurrentVersionExpiration: [{ noncurrentDays }] });
  }
  return rules;
}
