import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type PolicyStatement, policyDocument } from './policy';

/** Properties of every bucket here. */
export interface BucketBaselineProps {
  readonly bucket: S3Bucket;
  /** ARN of the customer's key. @default SSE-S3 */
  readonly kmsKeyArn?: string;
  /** Further statements of the bucket's policy. @default none */
  readonly statements?: readonly PolicyStatement[];
}

/** Baseline of a bucket: no public access, the owner owns every object, TLS only, encryption at rest. */
export class BucketBaseline extends Construct {
  /** The bucket's settings, as dependencies of resources that write to it. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { bucket, kmsKeyArn, statements = [] }: BucketBaselineProps) {
    super(scope, id);
    const publicAccess = new S3BucketPublicAccessBlock(this, 'public_access', {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const ownership = new S3BucketOwnershipControls(this, 'ownership', {
      bucket: bucket.id,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
      // One after the other: S3 refuses concurrent changes of a bucket's access settings.
      dependsOn: [publicAccess],
    });
    const policy = new S3BucketPolicy(this, 'policy', {
      bucket: bucket.id,
      policy: policyDocument([tlsOnly(bucket.arn), ...statements]),
      dependsOn: [ownership],
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: bucket.id,
      rule: [
        kmsKeyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn },
              bucketKeyEnabled: true,
            },
      ],
    });
    this.ready = [policy, encryption];
  }
}

/** A denial of every action without TLS: a list of actions would miss those that S3 adds later. */
function tlsOnly(bucketArn: string): PolicyStatement {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
