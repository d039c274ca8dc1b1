import type { Shard as ShardDescription, StreamDescriptionSummary } from '@aws-sdk/client-kinesis';
import { endingSequenceNumber, startingSequenceNumber } from './sequence-number';
import { openShards, type ShardInfo, type StreamInfo } from './stream-info';

/** A shard's description in ListShards and DescribeStream. */
export function describeShard(shard: ShardInfo): ShardDescription {
  const [parent, adjacentParent] = shard.parents;
  return {
    ShardId: shard.id,
    ...(parent === undefined ? {} : { ParentShardId: parent }),
    ...(adjacentParent === undefined ? {} : { AdjacentParentShardId: adjacentParent }),
    HashKeyRange: { StartingHashKey: shard.startHash, EndingHashKey: shard.endHash },
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequenceNumber(shard),
      ...(shard.closed === undefined ? {} : { EndingSequenceNumber: endingSequenceNumber(shard, shard.closed.at) }),
    },
  };
}

/** A time of creation as Kinesis shows it: in whole seconds. */
export const creationTime = ({ createdAt }: { readonly createdAt: number }): Date =>
  new Date(Math.floor(createdAt / 1000) * 1000);

/** Common members of DescribeStream and DescribeStreamSummary. */
export function describeCommon(stream: StreamInfo) {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: creationTime(stream),
    EnhancedMonitoring: [{ ShardLevelMetrics: [...stream.monitoring] }],
    EncryptionType: stream.keyId === undefined ? ('NONE' as const) : ('KMS' as const),
    ...(stream.keyId === undefined ? {} : { KeyId: stream.keyId }),
  };
}

export function describeSummary(stream: StreamInfo): StreamDescriptionSummary {
  return {
    ...describeCommon(stream),
    OpenShardCount: openShards(stream).length,
    ConsumerCount: stream.consumers.length,
    MaxRecordSizeInKiB: stream.maxRecordKiB,
  };
}
