import { boolean, integer, list, map, string, structure } from '../../core/shape';

/** Field constraints of CloudWatch Logs, from its service model. */
export const logGroupName = string({ min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' });
export const logStreamName = string({ min: 1, max: 512, pattern: '[^:*]*' });
/** A log group's name or ARN. */
export const logGroupIdentifier = string({ min: 1, max: 2048, pattern: '[\\w#+=/:,.@-]*' });
export const resourceIdentifier = string({ min: 1, max: 2048, pattern: '[\\w+=/:,.@\\-\\*#]*' });
export const resourceArn = string({ min: 1, max: 1011, pattern: '[\\w+=/:,.@*#-]*' });
export const kmsKeyId = string({ max: 256 });
export const logGroupClass = string({ values: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS'] });
export const nextToken = string({ min: 1 });
export const tags = map(string({ max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' }), { max: 50 });
export const tagKey = string({ min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' });
export const describeLimit = integer({ min: 1, max: 50 });
export const listLimit = integer({ min: 1, max: 1_000 });
export const eventsLimit = integer({ min: 1, max: 10_000 });
export const epochMs = integer({ min: 0 });
export const filterPattern = string({ min: 0, max: 1024 });
export const logEvents = list(structure({ timestamp: epochMs, message: string({ min: 1 }) }, 'timestamp message'), {
  min: 1,
  max: 10_000,
});
export const flag = boolean;

/** The retention periods that PutRetentionPolicy takes, in days. */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Quotas of PutLogEvents ("CloudWatch Logs API reference, PutLogEvents"). */
export const MAX_BATCH_BYTES = 1_048_576;
export const EVENT_OVERHEAD_BYTES = 26;
export const MAX_BATCH_SPAN_MS = 24 * 3_600_000;
export const MAX_FUTURE_MS = 2 * 3_600_000;
export const MAX_AGE_MS = 14 * 86_400_000;
/** What one answer of GetLogEvents or FilterLogEvents holds at most. */
export const MAX_PAGE_BYTES = 1_048_576;
export const MAX_TAGS = 50;
