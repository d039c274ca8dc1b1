import { z } from 'zod';

const tagKey = z
  .string()
  .regex(
    /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u,
    'a tag key has 1 to 128 letters, digits, spaces or _.:/=+-@ and does not begin with aws:',
  );
const tagValue = z
  .string()
  .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u, 'a tag value has at most 256 letters, digits, spaces or _.:/=+-@');

/** Region, name and owner of the lakehouse. */
export const generalSettings = {
  /** AWS region. */
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1')
    .refine((region) => !region.includes('-iso'), 'must not be in an ISO partition, whose ARNs are not known here')
    .default('us-east-1'),
  /** Prefix of every resource's name; two lakehouses in one account need two. */
  appName: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/,
      'must be 2 to 40 lower-case letters, digits and hyphens, with no hyphen at an end',
    )
    .default('kinesis-rd'),
  /** Tag EnvType. */
  envType: tagValue.default('dev'),
  /** Tag Project. */
  projectName: tagValue.default('Data Research'),
  /** Tag Client. */
  clientName: tagValue.default('WP'),
  /** Further tags. At most 47 (an AWS resource takes 50). */
  tags: z
    .record(tagKey, tagValue)
    .refine(
      (tags) => Object.keys(tags).length <= 47,
      'must hold at most 47 tags: a resource takes 50, of which three are EnvType, Project and Client',
    )
    .default({}),
  /**
   * Whether `destroy` may delete data: `allowed`, `with-switch` (also needs LAKEHOUSE_ALLOW_DATA_DELETION=yes) or
   * `never`. Set in the environment's file alone, so that a review sees it.
   */
  dataDeletion: z
    .enum(['allowed', 'with-switch', 'never'], 'must be allowed, with-switch or never')
    .default('with-switch'),
  /**
   * The key that encrypts stream, bucket, query results and logs: `aws-managed` (no key charge; SSE-S3 in the bucket)
   * or `customer-key` (a key of this lakehouse, or the one that `kmsKeyArn` names).
   */
  encryption: z.enum(['aws-managed', 'customer-key'], 'must be aws-managed or customer-key').default('aws-managed'),
  /** An existing KMS key for `customer-key`; without it the stack makes one. */
  kmsKeyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, 'must be the ARN of a KMS key')
    .optional(),
};
