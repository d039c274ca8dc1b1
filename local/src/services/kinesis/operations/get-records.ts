import type { Cloud } from '../../../core/cloud';
import { streamArnOf } from '../arn';
import { MAX_READ_RECORDS } from '../constraints';
import { operation } from '../contract';
import { checkKeyForReading } from '../encryption';
import { dryRun, rateExceeded, shardMissing } from '../errors';
import { GapReports } from '../gaps';
import { publish, publishShard } from '../metrics';
import { type Batch, childrenOf, findShard, readShard } from '../read';
import { checkForeign } from '../resource-policy';
import { formatIterator, parseIterator } from '../shard-iterator';
import type { Shard } from '../stream';
import type { StreamInfo } from '../stream-info';

export const getRecords = operation('GetRecords', {
  resource: ({ ShardIterator }, { cloud }) => {
    const { accountId, region, streamName } = parseIterator(ShardIterator, cloud.clock.now());
    return streamArnOf({ accountId, region, name: streamName });
  },
  handle: async (input, context) => {
    const { cloud, caller } = context;
    const now = cloud.clock.now();
    const position = parseIterator(input.ShardIterator, now);
    const named = { ...position, name: position.streamName };
    checkForeign('GetRecords', streamArnOf(named), context);
    const state = context.state;
    if (!state.has(named)) throw shardMissing(position.shardId, named);
    const stream = state.find({ StreamARN: streamArnOf(named) }, caller);
    if (stream.info.createdAt !== position.streamCreatedAt) throw shardMissing(position.shardId, named);
    await checkKeyForReading(cloud, caller, stream.info);
    const shard = findShard(stream.info, position.shardId, now);
    if (input.DryRun === true) throw dryRun();
    const working = stream.shard(shard);
    if (cloud.options.enforceLimits) admit(cloud, working, stream.info, now);
    const batch = await readShard(cloud, stream, shard, position.number, input.Limit ?? MAX_READ_RECORDS);
    working.readBytes.take(batch.bytes);
    const { gaps } = working.log;
    if (gaps.length > 0) cloud.state(GapReports).report(stream.info.name, shard.id, gaps, position.number, batch.next);
    publishRead(cloud, stream.info, shard.id, batch, now);
    return {
      Records: batch.records,
      MillisBehindLatest: batch.millisBehindLatest,
      ...(batch.atEnd
        ? { ChildShards: childrenOf(stream.info, shard) }
        : { NextShardIterator: formatIterator({ ...position, number: batch.next }, now) }),
    };
  },
});

// A read may exceed the rest of this second's bytes; later ones wait until that is paid back.
function admit(cloud: Cloud, shard: Shard, stream: StreamInfo, now: number): void {
  if (shard.readCalls.has(1, now) && shard.readBytes.has(1, now)) {
    shard.readCalls.take(1);
    return;
  }
  publish(cloud, stream, {
    'GetRecords.Success': [0, 'Count'],
    ReadProvisionedThroughputExceeded: [1, 'Count'],
  });
  publishShard(cloud, stream, shard.id, { ReadProvisionedThroughputExceeded: [1, 'Count'] });
  throw rateExceeded(shard.id, stream);
}

function publishRead(cloud: Cloud, stream: StreamInfo, shardId: string, batch: Batch, began: number): void {
  publish(cloud, stream, {
    'GetRecords.Success': [1, 'Count'],
    'GetRecords.Bytes': [batch.bytes, 'Bytes'],
    'GetRecords.Records': [batch.records.length, 'Count'],
    'GetRecords.Latency': [cloud.clock.now() - began, 'Milliseconds'],
    'GetRecords.IteratorAgeMilliseconds': [batch.millisBehindLatest, 'Milliseconds'],
    ReadProvisionedThroughputExceeded: [0, 'Count'],
  });
  publishShard(cloud, stream, shardId, {
    OutgoingBytes: [batch.bytes, 'Bytes'],
    OutgoingRecords: [batch.records.length, 'Count'],
    IteratorAgeMilliseconds: [batch.millisBehindLatest, 'Milliseconds'],
    ReadProvisionedThroughputExceeded: [0, 'Count'],
  });
}
