/** Quotas of an account ("IAM and AWS STS quotas"). */
export const MAX_ROLES = 1000;

export const MAX_INLINE_BYTES = 10_240;

export const MAX_MANAGED_BYTES = 6_144;

export const MAX_TRUST_BYTES = 2_048;

export const MAX_ATTACHED = 10;

export const MAX_POLICY_VERSIONS = 5;
