import { childMark } from '../../plan/masking';
import type { PlannedResource } from '../../plan/planned';
import { asList, asObject, type Json } from '../../shared/json';
import { each, type Rule } from './rule';

const PUBLIC_ACCESS = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];

/** Rules on S3 buckets. */
export const STORAGE_RULES: readonly Rule[] = [
  {
    id: 'LH-S3-PUBLIC-ACCESS',
    severity: 'high',
    title: 'Bucket without a complete public access block',
    fix: 'Add aws_s3_bucket_public_access_block with all four settings true.',
    source: 'Amazon S3 User Guide: Blocking public access to your Amazon S3 storage',
    find: each(['aws_s3_bucket'], (bucket, resources) => {
      const blocks = resources.attachedTo(bucket, 'aws_s3_bucket_public_access_block', 'bucket', 'bucket');
      const block = blocks[0];
      if (block === undefined) return 'no public access block names this bucket';
      const open = PUBLIC_ACCESS.filter((setting) => block.values[setting] !== true && !isUnknown(block, setting));
      return open.length === 0 ? undefined : `${open.join(', ')} not true`;
    }),
  },
  {
    id: 'LH-S3-PUBLIC-ACL',
    severity: 'high',
    title: 'Public canned ACL',
    fix: 'Drop the ACL, or make it "private".',
    source: 'Amazon S3 User Guide: Access control list (ACL) overview',
    find: each(['aws_s3_bucket', 'aws_s3_bucket_acl', 'aws_s3_object'], ({ values }) =>
      typeof values.acl === 'string' && /^(public-|authenticated-read)/.test(values.acl)
        ? `acl is ${values.acl}`
        : undefined,
    ),
  },
  {
    id: 'LH-S3-TLS-ONLY',
    severity: 'medium',
    title: 'Bucket that answers without TLS',
    fix: 'Add a bucket policy that denies s3:* to everybody when aws:SecureTransport is false.',
    source: 'Amazon S3 User Guide: Security best practices for Amazon S3 (enforce encryption of data in transit)',
    find: (resources, blind) =>
      resources.ofType('aws_s3_bucket').flatMap((bucket) => {
        const policies = resources.attachedTo(bucket, 'aws_s3_bucket_policy', 'bucket', 'bucket');
        // In provider 3 and before, the policy is an argument of the bucket.
        const statements = [...policies, ...(typeof bucket.values.policy === 'string' ? [bucket] : [])].map((policy) =>
          resources.policy(policy, 'policy'),
        );
        if (statements.some((document) => Array.isArray(document) && document.some(deniesPlainHttp))) return [];
        if (statements.includes('unknown')) {
          blind(bucket.address, 'its bucket policy is known only after the apply');
          return [];
        }
        return [{ resource: bucket, detail: 'no policy denies requests without TLS' }];
      }),
  },
  {
    id: 'LH-S3-ENCRYPTION',
    severity: 'low',
    title: 'Bucket without a stated encryption',
    fix: 'Add aws_s3_bucket_server_side_encryption_configuration (AES256, or aws:kms with a bucket key).',
    source: 'Amazon S3 User Guide: Setting default server-side encryption behavior for Amazon S3 buckets',
    find: each(['aws_s3_bucket'], (bucket, resources) => {
      const type = 'aws_s3_bucket_server_side_encryption_configuration';
      const inline = asList(bucket.values.server_side_encryption_configuration).length > 0;
      const stated = inline || resources.attachedTo(bucket, type, 'bucket', 'bucket').length > 0;
      return stated ? undefined : "left to S3's default (SSE-S3)";
    }),
  },
  {
    id: 'LH-S3-FORCE-DESTROY',
    severity: 'medium',
    title: 'Bucket that a destroy empties',
    fix: 'Set force_destroy to false where the data matters.',
    source: 'Terraform AWS provider: aws_s3_bucket, argument force_destroy',
    find: each(['aws_s3_bucket'], ({ values }) =>
      values.force_destroy === true ? 'force_destroy is true: a destroy deletes all objects without asking' : undefined,
    ),
  },
  {
    id: 'LH-S3-VERSIONING',
    severity: 'low',
    title: 'Bucket without versioning',
    fix: 'Enable it with aws_s3_bucket_versioning, or accept this where objects are written once.',
    source: 'Amazon S3 User Guide: Retaining multiple versions of objects with S3 Versioning',
    find: each(['aws_s3_bucket'], (bucket, resources) => {
      const versioning = resources.attachedTo(bucket, 'aws_s3_bucket_versioning', 'bucket', 'bucket')[0];
      const status = asObject(asList(versioning?.values.versioning_configuration)[0]).status;
      const inline = asObject(asList(bucket.values.versioning)[0]).enabled === true;
      return status === 'Enabled' || inline ? undefined : 'an overwritten or deleted object is gone';
    }),
  },
  {
    id: 'LH-S3-LIFECYCLE',
    severity: 'low',
    title: 'Bucket that keeps everything for ever',
    fix: 'Add aws_s3_bucket_lifecycle_configuration: expire what is not needed, abort unfinished uploads.',
    source: 'Amazon S3 User Guide: Managing the lifecycle of objects',
    find: each(['aws_s3_bucket'], (bucket, resources) => {
      const rules = resources.attachedTo(bucket, 'aws_s3_bucket_lifecycle_configuration', 'bucket', 'bucket');
      const inline = asList(bucket.values.lifecycle_rule).some((rule) => asObject(rule).enabled === true);
      return rules.length > 0 || inline ? undefined : 'open retention: no lifecycle rule';
    }),
  },
];

function isUnknown(resource: PlannedResource, argument: string): boolean {
  return childMark(resource.unknown as Json, argument) === true;
}

function deniesPlainHttp(statement: {
  effect: string;
  principals: Readonly<Record<string, readonly string[]>>;
  conditions: readonly { operator: string; key: string; values: readonly string[] }[];
}): boolean {
  return (
    statement.effect === 'Deny' &&
    Object.values(statement.principals).some((who) => who.includes('*')) &&
    statement.conditions.some(
      ({ operator, key, values }) =>
        /^Bool(IfExists)?$/.test(operator) && key.toLowerCase() === 'aws:securetransport' && values.includes('false'),
    )
  );
}
