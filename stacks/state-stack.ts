import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { Construct } from 'constructs';
import { BaseStack, type StackProps } from './base-stack';
import { BucketBaseline } from './constructs/bucket-baseline';

/** Days for which a former version of the state is kept. */
const FORMER_STATE_DAYS = 90;

/**
 * The bucket for remote state. Its own state stays local: a bucket can't hold the state that creates it. Versioned, so
 * that an overwritten state can be restored. Deleted only with the switch, even where the environment allows data to be
 * deleted: without its state, no resource of a stack can be changed or destroyed any more.
 */
export class StateStack extends BaseStack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const { stateBucketName, appName } = props.settings;
    const deletable = this.deletionAllowed && props.deletionSwitch;
    const bucket = new S3Bucket(this, 'state_bucket', {
      bucket: stateBucketName ?? `${appName}-state-${new DataAwsCallerIdentity(this, 'current').accountId}`,
      forceDestroy: deletable,
      lifecycle: deletable ? undefined : { preventDestroy: true },
    });
    new BucketBaseline(this, 'baseline', { bucket });
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket: bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: bucket.id,
      rule: [
        {
          id: 'former-states',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          noncurrentVersionExpiration: [{ noncurrentDays: FORMER_STATE_DAYS }],
        },
      ],
      dependsOn: [versioning],
    });
    this.output('state_bucket_name', bucket.bucket, 'Bucket to set as LAKEHOUSE_STATE_BUCKET_NAME');
  }
}
