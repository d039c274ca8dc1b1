/** Shard-level metrics of enhanced monitoring, `ALL` aside. */
export const SHARD_LEVEL_METRICS = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
] as const;

/** Most bytes of one PutRecords, with partition keys ("PutRecords"). */
export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

/** Rates of one shard, per second ("Quotas and limits"). */
export const SHARD_RATES = {
  writtenRecords: 1_000,
  writtenBytes: 1024 * 1024,
  readBytes: 2 * 1024 * 1024,
  readCalls: 5,
} as const;

/** Most records of one GetRecords ("GetRecords"). */
export const MAX_READ_RECORDS = 10_000;

export const MAX_READ_BYTES = 10 * 1024 * 1024;

/** Most streams, consumers, or shards of DescribeStream in one answer; larger limits are accepted, but not reached. */
export const MAX_PAGE = 100;

/** Most shards in one answer of ListShards. */
export const MAX_SHARDS_A_PAGE = 1_000;

export const DEFAULT_RETENTION_HOURS = 24;

export const MAX_RETENTION_HOURS = 8_760;

export const DEFAULT_MAX_RECORD_KIB = 1_024;

/** Open shards of a new on-demand stream: 4 MB/s. */
export const ON_DEMAND_SHARDS = 4;

/** Most open shards of an on-demand stream: 200 MB/s, AWS's quota in most regions. */
export const MAX_ON_DEMAND_SHARDS = 200;

export const MAX_ON_DEMAND_STREAMS = 50;

export const MAX_CONSUMERS = 20;

/** Most UpdateShardCount calls per stream in 24 hours. */
export const MAX_RESIZES_A_DAY = 10;

/** Most open shards of an account in a region ("Quotas and limits"). */
export function shardQuota(region: string): number {
  return ['us-east-1', 'us-west-2', 'eu-west-1'].includes(region) ? 20_000 : 1_000;
}
