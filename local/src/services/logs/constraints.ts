/** Retention periods that PutRetentionPolicy accepts, in days. */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Quotas of PutLogEvents ("CloudWatch Logs API reference, PutLogEvents"). */
export const MAX_BATCH_BYTES = 1_048_576;

export const EVENT_OVERHEAD_BYTES = 26;

export const MAX_BATCH_SPAN_MS = 24 * 3_600_000;

export const MAX_FUTURE_MS = 2 * 3_600_000;

export const MAX_AGE_MS = 14 * 86_400_000;

/** Most bytes of an answer of GetLogEvents or FilterLogEvents. */
export const MAX_PAGE_BYTES = 1_048_576;
