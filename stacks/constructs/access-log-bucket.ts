import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BucketBaseline } from './bucket-baseline';

/** Properties of a bucket for access logs. */
export interface AccessLogBucketProps {
  /** The bucket's name; it may be a Terraform reference. */
  readonly name: string;
  /** The bucket whose requests are logged. */
  readonly source: S3Bucket;
  /** Account of the source bucket. */
  readonly accountId: string;
  /** Whether destroy empties the bucket first. */
  readonly forceDestroy: boolean;
  /** Days after which a log is deleted. */
  readonly expirationDays: number;
}

/**
 * The bucket that takes another bucket's access logs. Always SSE-S3, the only encryption that S3's log delivery writes.
 */
export class AccessLogBucket extends Construct {
  readonly name: string;
  /** Resources that must exist before logs are delivered. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, 'this', { bucket: props.name, forceDestroy: props.forceDestroy });
    const baseline = new BucketBaseline(this, 'baseline', {
      bucket,
      statements: [
        {
          Sid: 'LogDelivery',
          Principal: { Service: 'logging.s3.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `${bucket.arn}/access/*`,
          // SourceAccount too: a bucket's ARN has no account, and another account may take the name once the bucket is
          // deleted.
          Condition: {
            ArnLike: { 'aws:SourceArn': props.source.arn },
            StringEquals: { 'aws:SourceAccount': props.accountId },
          },
        },
      ],
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: bucket.id,
      rule: [
        {
          id: 'expire',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: props.expirationDays }],
        },
      ],
    });
    this.name = bucket.bucket;
    this.ready = baseline.ready;
  }
}
