import type { _Record, GetShardIteratorInput } from '@aws-sdk/client-kinesis';
import type { Cloud } from '../../../core/cloud';
import { type Caller, isOwner, type Strict } from '../../../core/operation';
import { asCaller } from '../../../core/owner';
import { onAppend } from '../../kinesis/on-append';
import { describeStreamSummary } from '../../kinesis/operations/describe-stream-summary';
import { getRecords } from '../../kinesis/operations/get-records';
import { getShardIterator } from '../../kinesis/operations/get-shard-iterator';
import { listShards } from '../../kinesis/operations/list-shards';
import { describeStreamConsumer } from '../../kinesis/operations/stream-consumers';
import type { Mapping } from '../state';
import { IteratorReader, type Records, type ShardCalls } from './iterator-reader';
import type { ShardReader, ShardView, Start, StreamItem, StreamSource } from './source';

const CONSUMER = /^(arn:aws:kinesis:[^:]+:\d{12}:stream\/[^/]+)\/consumer\/[\w.-]+:\d+$/;

/** A Kinesis stream, read with the function's role like any program. */
export class KinesisSource implements StreamSource {
  readonly batchInfo = 'KinesisBatchInfo';
  private readonly streamArn: string;
  private readonly consumerArn: string | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly mapping: Mapping,
  ) {
    const [, streamArn] = CONSUMER.exec(mapping.sourceArn) ?? [];
    this.streamArn = streamArn ?? mapping.sourceArn;
    this.consumerArn = streamArn === undefined ? undefined : mapping.sourceArn;
  }

  async shards(caller: Caller): Promise<ShardView[]> {
    await this.cloud.call(describeStreamSummary, { StreamARN: this.streamArn }, caller);
    if (this.consumerArn !== undefined)
      await this.cloud.call(describeStreamConsumer, { ConsumerARN: this.consumerArn }, caller);
    const shards: ShardView[] = [];
    let token: string | undefined;
    do {
      const input = token === undefined ? { StreamARN: this.streamArn } : { NextToken: token };
      const output = await this.cloud.call(listShards, input, caller);
      for (const { ShardId, ParentShardId, AdjacentParentShardId } of output.Shards ?? [])
        shards.push({
          id: ShardId as string,
          parents: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
        });
      token = output.NextToken;
    } while (token !== undefined);
    return shards;
  }

  open(shardId: string, start: Start, role: () => Caller): ShardReader {
    const calls = new KinesisShard(this.cloud, this.mapping, this.streamArn, this.consumerArn, shardId);
    return new IteratorReader(this.cloud, calls, start, role);
  }

  watch(listener: () => void): () => void {
    return onAppend(this.cloud, this.streamArn, listener);
  }
}

class KinesisShard implements ShardCalls<_Record> {
  constructor(
    private readonly cloud: Cloud,
    private readonly mapping: Mapping,
    private readonly streamArn: string,
    private readonly consumerArn: string | undefined,
    private readonly shardId: string,
  ) {}

  async records(ShardIterator: string, caller: Caller): Promise<Records<_Record>> {
    const output = await this.cloud.call(getRecords, { ShardIterator }, this.readerOf(caller));
    const records = output.Records ?? [];
    return {
      records,
      next: output.NextShardIterator,
      more: output.MillisBehindLatest !== 0 || records.length >= 1_000,
    };
  }

  iterator(start: Start, caller: Caller): Promise<string> {
    const shard = { StreamARN: this.streamArn, ShardId: this.shardId };
    const reader = this.readerOf(caller);
    const ask = async (input: Omit<Strict<GetShardIteratorInput>, 'ShardId'>) =>
      (await this.cloud.call(getShardIterator, { ...input, ...shard }, reader)).ShardIterator as string;
    if (start === 'TRIM_HORIZON') return ask({ ShardIteratorType: 'TRIM_HORIZON' });
    if ('after' in start)
      return ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: start.after });
    // Kinesis refuses future times: the clock may have been set back.
    const at = new Date(Math.min(start.at.getTime(), this.cloud.clock.now()));
    return ask({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: at });
  }

  toItem(
    { Data, PartitionKey, SequenceNumber, ApproximateArrivalTimestamp }: _Record,
    roleArn: string | undefined,
  ): StreamItem {
    const data = Buffer.from(Data ?? []);
    const base64 = data.toString('base64');
    const sequenceNumber = SequenceNumber as string;
    const arrivedAt = (ApproximateArrivalTimestamp as Date).getTime();
    const kinesis = {
      kinesisSchemaVersion: '1.0',
      partitionKey: PartitionKey as string,
      sequenceNumber,
      data: base64,
      approximateArrivalTimestamp: arrivedAt / 1000,
    };
    const event = {
      kinesis,
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${this.shardId}:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: roleArn,
      awsRegion: this.mapping.region,
      eventSourceARN: this.mapping.sourceArn,
    };
    return {
      sequenceNumber,
      partitionKey: PartitionKey as string,
      arrivedAt,
      event,
      filtered: () => ({ ...event, ...kinesis, data: parsed(data) }),
      bytes: base64.length + 600,
    };
  }

  /**
   * Caller of reads. Enhanced fan-out has its own permission, checked before, and its own throughput: it doesn't use
   * the shard's shared one.
   */
  private readerOf(caller: Caller): Caller {
    if (this.consumerArn === undefined) return caller;
    if (!isOwner(caller))
      this.cloud.authorize(caller, { action: 'kinesis:SubscribeToShard', resource: this.consumerArn });
    return asCaller(caller);
  }
}

/** Parses data for filters; data that isn't JSON stays text, which no pattern with keys matches. */
function parsed(data: Buffer): unknown {
  const text = data.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
