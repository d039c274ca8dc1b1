import type { SubscribeToShardEvent, SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import { monotonic } from '../../../core/clock';
import type { Cloud } from '../../../core/cloud';
import { Signal } from '../../../core/signal';
import { consumerStatus, findConsumer, streamArnOfConsumer } from '../consumers';
import { operationOf } from '../contract';
import { checkKeyForReading } from '../encryption';
import { consumerNotActive, dryRun, streamNotFound } from '../errors';
import { publish } from '../metrics';
import { type Batch, childrenOf, findShard, readShard, startingNumber } from '../read';
import { sequenceNumbers } from '../sequence-number';
import type { Stream } from '../stream';
import type { ShardInfo } from '../stream-info';
import { Subscriptions } from '../subscriptions';

/** Duration of a subscription, and interval of empty events ("SubscribeToShard"). */
const LASTS_MS = 300_000;
const HEARTBEAT_MS = 5_000;
const MAX_RECORDS_AN_EVENT = 1_000;

interface SubscribeToShardEvents {
  readonly EventStream: AsyncIterable<{ SubscribeToShardEvent: SubscribeToShardEvent }>;
}

export const subscribeToShard = operationOf<SubscribeToShardInput, SubscribeToShardEvents>('SubscribeToShard', {
  resource: ({ ConsumerARN }) => ConsumerARN,
  handle: async (input, { state, cloud, caller }) => {
    const stream = state.find({ StreamARN: streamArnOfConsumer(input.ConsumerARN) }, caller);
    const consumer = findConsumer(stream.info, input.ConsumerARN);
    if (consumerStatus(consumer, cloud.clock.now()) !== 'ACTIVE') throw consumerNotActive(consumer);
    await checkKeyForReading(cloud, caller, stream.info);
    const shard = findShard(stream.info, input.ShardId, cloud.clock.now());
    const { Type, SequenceNumber, Timestamp } = input.StartingPosition;
    const from = await startingNumber(cloud, stream, shard, {
      type: Type,
      sequenceNumber: SequenceNumber,
      timestamp: Timestamp,
    });
    if (input.DryRun === true) throw dryRun();
    const subscription = new Subscription();
    const giveBack = cloud
      .state(Subscriptions)
      .take(consumer.arn, shard.id, monotonic(cloud.clock), () => subscription.end());
    return { EventStream: events(cloud, stream, consumer.arn, shard, from, subscription, giveBack) };
  },
});

async function* events(
  cloud: Cloud,
  stream: Stream,
  consumerArn: string,
  shard: ShardInfo,
  from: number,
  subscription: Subscription,
  giveBack: () => void,
): AsyncGenerator<{ SubscribeToShardEvent: SubscribeToShardEvent }> {
  const wake = () => subscription.news.raise();
  const expiry = setTimeout(() => subscription.end(), LASTS_MS);
  stream.listeners.add(wake);
  try {
    let position = from;
    for (let silent = false; !subscription.ended; ) {
      const { name, accountId, status } = stream.info;
      if (status === 'DELETING') throw streamNotFound(name, accountId);
      findConsumer(stream.info, consumerArn);
      const current = findShard(stream.info, shard.id, cloud.clock.now());
      const batch = await readShard(cloud, stream, current, position, MAX_RECORDS_AN_EVENT);
      position = batch.next;
      if (batch.records.length > 0 || batch.atEnd || silent) {
        publishEvent(cloud, stream, batch);
        yield { SubscribeToShardEvent: toEvent(stream, current, batch, cloud.clock.now()) };
      }
      if (batch.atEnd) return;
      silent = batch.records.length === 0 && !(await subscription.news.wait(HEARTBEAT_MS));
    }
  } finally {
    clearTimeout(expiry);
    stream.listeners.delete(wake);
    giveBack();
  }
}

function toEvent(stream: Stream, shard: ShardInfo, batch: Batch, now: number): SubscribeToShardEvent {
  const last = batch.records[batch.records.length - 1]?.SequenceNumber;
  return {
    Records: batch.records,
    ContinuationSequenceNumber: last ?? sequenceNumbers(shard)(Math.max(0, batch.next - 1), now),
    MillisBehindLatest: batch.millisBehindLatest,
    ...(batch.atEnd ? { ChildShards: childrenOf(stream.info, shard) } : {}),
  };
}

function publishEvent(cloud: Cloud, stream: Stream, batch: Batch): void {
  publish(cloud, stream.info, {
    'SubscribeToShardEvent.Success': [1, 'Count'],
    'SubscribeToShardEvent.Bytes': [batch.bytes, 'Bytes'],
    'SubscribeToShardEvent.Records': [batch.records.length, 'Count'],
    'SubscribeToShardEvent.MillisBehindLatest': [batch.millisBehindLatest, 'Milliseconds'],
  });
}

/** One subscription: new records wake it, and its end. */
class Subscription {
  readonly news = new Signal();
  ended = false;

  end(): void {
    this.ended = true;
    this.news.raise();
  }
}
