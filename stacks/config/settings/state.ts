import { z } from 'zod';
import { bucketName } from './lake-bucket';

/** The place of Terraform's state. */
export const stateSettings = {
  /** `local` (a file beside cdktf.json) or `s3` (a bucket, locked by a lock file in it). */
  stateBackend: z.enum(['local', 's3'], 'must be local or s3').default('local'),
  /** The bucket for `s3`: the output `state_bucket_name` of the state stack. */
  stateBucketName: bucketName.optional(),
};
