import type { Permission } from '../../core/operation';

export const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string) => `${bucketArn(bucket)}/${key}`;

/** The bucket in its ARN, or in an object's; undefined for other ARNs. */
export const bucketIn = (arn: string): string | undefined => /^arn:aws:s3:::([^/]+)/.exec(arn)?.[1];

/** Permission for an operation on a bucket. */
export const onBucket =
  (action: string) =>
  (input: { Bucket: string }): Permission[] => [{ action: `s3:${action}`, resource: bucketArn(input.Bucket) }];

/** Permission for an operation on an object; versions have actions of their own. */
export const onObject =
  (action: string) =>
  (input: { Bucket: string; Key: string; VersionId?: string }): Permission[] => [
    {
      action: `s3:${input.VersionId === undefined ? action : action.replace('Object', 'ObjectVersion')}`,
      resource: objectArn(input.Bucket, input.Key),
    },
  ];
