import { Contract } from '../../core/contract';
import type { Operation } from '../../core/operation';
import { SHARD_LEVEL_METRICS } from './constraints';
import { checkForeign } from './resource-policy';
import type { KinesisState } from './state';

/** Kinesis's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-kinesis'), KinesisState>('kinesis', {
  state: () => (require('./state') as typeof import('./state')).KinesisState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  hostId: true,
  limits: {
    AdjacentShardToMerge: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    ConsumerARN: {
      min: 1,
      max: 2048,
      pattern: '(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+',
    },
    ConsumerName: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    Data: { max: 10_485_760 },
    EncryptionType: { values: ['NONE', 'KMS'] },
    ExclusiveStartShardId: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    ExclusiveStartStreamName: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    ExclusiveStartTagKey: { min: 1, max: 128 },
    ExplicitHashKey: { pattern: '0|([1-9]\\d{0,38})' },
    KeyId: { min: 1, max: 2048 },
    Limit: { min: 1, max: 10_000 },
    'ListTagsForStreamInput.Limit': { min: 1, max: 50 },
    MaxRecordSizeInKiB: { min: 1024, max: 10_240 },
    MaxResults: { min: 1, max: 10_000 },
    NewStartingHashKey: { pattern: '0|([1-9]\\d{0,38})' },
    NextToken: { min: 1, max: 1_048_576 },
    PartitionKey: { min: 1, max: 256, required: true },
    Policy: { min: 1, max: 20_480 },
    Records: { min: 1, max: 500 },
    ResourceARN: { min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:.*stream/\\S+' },
    RetentionPeriodHours: { min: 1 },
    ScalingType: { values: ['UNIFORM_SCALING'] },
    SequenceNumber: { pattern: '0|([1-9]\\d{0,128})' },
    SequenceNumberForOrdering: { pattern: '0|([1-9]\\d{0,128})' },
    ShardCount: { min: 1 },
    ShardId: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    ShardIterator: { min: 1, max: 512 },
    ShardIteratorType: {
      values: ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'],
    },
    ShardLevelMetrics: {
      min: 1,
      max: 7,
      of: {
        values: [...SHARD_LEVEL_METRICS, 'ALL'],
      },
    },
    ShardToMerge: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    ShardToSplit: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    StartingSequenceNumber: { pattern: '0|([1-9]\\d{0,128})' },
    StreamARN: { min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+' },
    StreamMode: { values: ['PROVISIONED', 'ON_DEMAND'] },
    StreamName: { min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' },
    TagKeys: { min: 1, max: 50, of: { min: 1, max: 128 } },
    Tags: { min: 1, max: 200, keys: { min: 1, max: 128 }, of: { min: 0, max: 256 } },
    TargetShardCount: { min: 1 },
    Type: { values: ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'] },
    'ShardFilter.Type': {
      values: ['AFTER_SHARD_ID', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON', 'AT_LATEST', 'AT_TIMESTAMP', 'FROM_TIMESTAMP'],
    },
  },
  ignores: {
    'ListStreamConsumersInput.StreamCreationTimestamp': 'a name has one stream: a deleted one is gone',
    ScalingType: 'there is one, UNIFORM_SCALING',
    StreamId: '"Not Implemented. Reserved for future use", says AWS\'s API reference',
  },
  refuses: 'WarmThroughputMiBps RecordDistributionStrategy',
});

/** Defines an operation that another account's owner may call if the resource-based policy allows it. */
export const operation: typeof contract.operation = (name, behaviour) =>
  checkingForeign(contract.operation(name, behaviour));

/** Defines such an operation whose handler's types aren't those of the SDK's client. */
export const operationOf: typeof contract.operationOf = (name, behaviour) =>
  checkingForeign(contract.operationOf(name, behaviour));

function checkingForeign<I, O>(operation: Operation<I, O>): Operation<I, O> {
  const handle: typeof operation.handle = (input, context) => {
    const { StreamARN, ResourceARN, ConsumerARN } = input as Readonly<Record<string, string | undefined>>;
    for (const arn of [StreamARN, ResourceARN, ConsumerARN])
      if (arn !== undefined) checkForeign(operation.name, arn, context);
    return operation.handle(input, context);
  };
  return { ...operation, handle };
}
