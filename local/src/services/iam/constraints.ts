/** Shapes that IAM's operations share, from its service model. */
const _NAME = '[\\w+=,.@-]+';

const _TEXT = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+';

/** Quotas of an account: IAM's "IAM and AWS STS quotas". */
export const MAX_ROLES = 1000;

export const MAX_INLINE_BYTES = 10_240;

export const MAX_MANAGED_BYTES = 6_144;

export const MAX_TRUST_BYTES = 2_048;

export const MAX_ATTACHED = 10;

export const MAX_TAGS = 50;

export const MAX_POLICY_VERSIONS = 5;
