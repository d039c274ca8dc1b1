import { boolean, integer, list, map, string, structure } from '../../core/shape';

/** Field constraints of KMS, from its service model. */
export const keyId = string({ min: 1, max: 2048 });
export const aliasName = string({ min: 1, max: 256, pattern: '[a-zA-Z0-9:/_-]+' });
export const policyName = string({ min: 1, max: 128, pattern: '\\w+' });
export const policy = string({ min: 1, max: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' });
export const description = string({ max: 8192 });
export const tags = list(
  structure({ TagKey: string({ min: 1, max: 128 }), TagValue: string({ max: 256 }) }, 'TagKey TagValue'),
);
export const tagKeys = list(string({ min: 1, max: 128 }));
export const limit = integer({ min: 1, max: 1000 });
export const marker = string({ min: 1, max: 1024, pattern: '[\\u0020-\\u00FF]*' });
export const encryptionContext = map(string());
export const grantTokens = list(string({ min: 1, max: 8192 }), { max: 10 });
export const grantId = string({ min: 1, max: 128 });
export const grantLimit = integer({ min: 1, max: 100 });
export const principal = string({ min: 1, max: 256, pattern: '[\\w+=,.@:/-]+' });
export const algorithm = string({ values: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'] });
export const dataKeySpec = string({ values: ['AES_256', 'AES_128'] });
export const byteCount = integer({ min: 1, max: 1024 });
export const rotationPeriod = integer({ min: 90, max: 2560 });
export const flag = boolean;

export const MAX_TAGS = 50;
export const MIN_DELETION_DAYS = 7;
export const MAX_DELETION_DAYS = 30;
export const DEFAULT_ROTATION_DAYS = 365;
