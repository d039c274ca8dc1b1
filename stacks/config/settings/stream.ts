import { z } from 'zod';

/** Shard-level metrics of Kinesis ("EnableEnhancedMonitoring"). */
export const SHARD_LEVEL_METRICS = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
  'ALL',
] as const;

/** Shards of a provisioned stream for which no number is set. */
export const DEFAULT_SHARD_COUNT = 1;

/** The event stream. */
export const streamSettings = {
  /** Default: `<appName>-stream`. */
  streamName: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 letters, digits, underscores, dots and hyphens')
    .optional(),
  /** Manager of the shards: you (`PROVISIONED`) or the service (`ON_DEMAND`). */
  streamMode: z.enum(['PROVISIONED', 'ON_DEMAND'], 'must be PROVISIONED or ON_DEMAND').default('PROVISIONED'),
  /** Shards of a provisioned stream. Default: 1. Not to be set for an on-demand one. */
  shardCount: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(10_000, 'must be at most 10,000')
    .optional(),
  /** Hours for which a record stays readable. */
  retentionPeriod: z
    .int('must be a whole number of hours')
    .min(24, 'must be 24 to 8,760 hours')
    .max(8760, 'must be 24 to 8,760 hours')
    .default(24),
  /** Metrics recorded for each shard, besides those of the whole stream. Charged as custom metrics. */
  shardLevelMetrics: z
    .array(z.enum(SHARD_LEVEL_METRICS, `must be one of ${SHARD_LEVEL_METRICS.join(', ')}`))
    .default([
      'IncomingBytes',
      'OutgoingBytes',
      'IteratorAgeMilliseconds',
      'IncomingRecords',
      'OutgoingRecords',
      'WriteProvisionedThroughputExceeded',
    ]),
};
