import { z } from 'zod';

const days = z
  .int('must be a whole number of days')
  .min(1, 'must be at least 1 day')
  .max(36_500, 'must be at most 36,500 days');

/** Prefixes and suffixes that S3 reserves ("Bucket naming rules"). */
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** The naming rule of buckets ("General purpose bucket naming rules"), without dots: they break TLS host names. */
export const bucketName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    'must be 3 to 63 lower-case letters, digits and hyphens, with no hyphen at an end',
  )
  .refine((name) => !RESERVED.test(name), 'begins or ends as only S3 itself may name a bucket');

/** The bucket that holds the lake. */
export const lakeBucketSettings = {
  /** Default: `<appName>-<account id>`, since a bucket's name is unique in the world. */
  s3BucketName: bucketName.optional(),
  /** Keep overwritten and deleted objects; they are charged as any object. */
  bucketVersioning: z.boolean('must be true or false').default(false),
  /** Record each request to the bucket in a second bucket, `<bucket>-logs`. */
  bucketAccessLogs: z.boolean('must be true or false').default(false),
  /** Whether objects expire by the days below. Terraform waits 55 s for the rules to settle, on AWS as elsewhere. */
  bucketLifecycle: z.boolean('must be true or false').default(true),
  /** Days after which a raw record's backup is deleted. */
  backupExpirationDays: days.default(30),
  /** Days after which a failed record is deleted. */
  errorExpirationDays: days.default(90),
  /** Days after which a query's result is deleted. */
  queryResultExpirationDays: days.default(7),
  /** Days after which a replaced or deleted object is removed for good, with versioning. */
  noncurrentExpirationDays: days.default(30),
  /** Days after which an access log is deleted. */
  accessLogExpirationDays: days.default(90),
};
