import { blob, integer, list, map, type Shape, string, structure } from '../../core/shape';

// Shapes that several operations share, from the Kinesis service model.

export const streamName = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' });
export const streamArn = string({ min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+' });
export const resourceArn = string({ min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:.*stream/\\S+' });
export const shardId = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' });
export const sequenceNumber = string({ pattern: '0|([1-9]\\d{0,128})' });
export const hashKey = string({ pattern: '0|([1-9]\\d{0,38})' });
export const partitionKey = string({ min: 1, max: 256 });
export const data = blob({ max: 10_485_760 });
export const positiveInteger = integer({ min: 1 });
export const nextToken = string({ min: 1, max: 1_048_576 });
export const tagKey = string({ min: 1, max: 128 });
export const tagMap = map(string({ max: 256 }), { max: 200 });
export const consumerName = streamName;
export const consumerArn = string({
  min: 1,
  max: 2048,
  pattern: '(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+',
});
export const maxRecordSizeInKiB = integer({ min: 1024, max: 10_240 });
export const streamModeDetails = structure(
  { StreamMode: string({ values: ['PROVISIONED', 'ON_DEMAND'] }) },
  'StreamMode',
);
export const shardIteratorType = string({
  values: ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'],
});
export const encryptionType = string({ values: ['NONE', 'KMS'] });

/** The shard-level metrics that enhanced monitoring can switch on, `ALL` aside. */
export const SHARD_LEVEL_METRICS = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
] as const;
export const shardLevelMetrics = list(string({ values: [...SHARD_LEVEL_METRICS, 'ALL'] }), { min: 1, max: 7 });

/** The two ways in which most operations name their stream. */
export const byNameOrArn: Readonly<Record<string, Shape>> = { StreamName: streamName, StreamARN: streamArn };

/** Most records of one PutRecords, and most bytes of it, partition keys counted ("PutRecords"). */
export const MAX_RECORDS_A_REQUEST = 500;
export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

/** Rates of one shard, per second ("Quotas and limits"). */
export const SHARD_RATES = {
  writtenRecords: 1_000,
  writtenBytes: 1024 * 1024,
  readBytes: 2 * 1024 * 1024,
  readCalls: 5,
} as const;

/** Most that one GetRecords returns ("GetRecords"). */
export const MAX_READ_RECORDS = 10_000;
export const MAX_READ_BYTES = 10 * 1024 * 1024;

/** Streams, consumers, and shards of DescribeStream in one answer: more may be asked for, but aren't given. */
export const MAX_PAGE = 100;
/** Shards in one answer of ListShards. */
export const MAX_SHARDS_A_PAGE = 1_000;

export const DEFAULT_RETENTION_HOURS = 24;
export const MAX_RETENTION_HOURS = 8_760;
export const DEFAULT_MAX_RECORD_KIB = 1_024;
/** Open shards that a new on-demand stream has: 4 MB/s. */
export const ON_DEMAND_SHARDS = 4;
/** And most that it grows to here, 200 MB/s: AWS's quota in most regions. */
export const MAX_ON_DEMAND_SHARDS = 200;
export const MAX_ON_DEMAND_STREAMS = 50;
export const MAX_CONSUMERS = 20;
export const MAX_TAGS = 50;
/** UpdateShardCount calls per stream in 24 hours. */
export const MAX_RESIZES_A_DAY = 10;

/** Open shards that an account may have in a region ("Quotas and limits"). */
export function shardQuota(region: string): number {
  return ['us-east-1', 'us-west-2', 'eu-west-1'].includes(region) ? 20_000 : 1_000;
}
