import { integer, list, string, structure } from '../../core/shape';

/** Shapes that IAM's operations share, from its service model. */
const NAME = '[\\w+=,.@-]+';
const TEXT = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+';

export const roleName = string({ min: 1, max: 64, pattern: NAME });
export const policyName = string({ min: 1, max: 128, pattern: NAME });
export const userName = string({ min: 1, max: 64, pattern: NAME });
export const arn = string({ min: 20, max: 2048 });
export const path = string({ min: 1, max: 512, pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)' });
export const pathPrefix = string({ min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' });
export const document = string({ min: 1, max: 131_072, pattern: TEXT });
export const description = string({ max: 1000, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*' });
export const sessionDuration = integer({ min: 3_600, max: 43_200 });
export const versionId = string({ pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' });
export const marker = string({ min: 1, max: 2048 });
export const usage = string({ values: ['PermissionsPolicy', 'PermissionsBoundary'] });
export const maxItems = integer({ min: 1, max: 1000 });
export const tagKey = string({ min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' });
export const tags = list(
  structure({ Key: tagKey, Value: string({ max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' }) }, 'Key Value'),
  { max: 50 },
);
export const tagKeys = list(tagKey, { max: 50 });

/** Quotas of an account: IAM's "IAM and AWS STS quotas". */
export const MAX_ROLES = 1000;
export const MAX_INLINE_BYTES = 10_240;
export const MAX_MANAGED_BYTES = 6_144;
export const MAX_TRUST_BYTES = 2_048;
export const MAX_ATTACHED = 10;
export const MAX_TAGS = 50;
export const MAX_POLICY_VERSIONS = 5;
