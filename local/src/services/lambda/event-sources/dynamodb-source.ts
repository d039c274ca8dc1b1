import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { DynamoState } from '../../dynamodb/state';
import { type StreamEvent, streamAt } from '../../dynamodb/streams/read-stream';
import { getRecords, getShardIterator } from '../../dynamodbstreams/operations/records';
import { describeStream } from '../../dynamodbstreams/operations/streams';
import type { Mapping } from '../state';
import { IteratorReader, type Records, type ShardCalls } from './iterator-reader';
import type { ShardReader, ShardView, Start, StreamItem, StreamSource } from './source';

/** The changes of a DynamoDB table, read with the function's role like any program. */
export class DynamoSource implements StreamSource {
  readonly batchInfo = 'DDBStreamBatchInfo';

  constructor(
    private readonly cloud: Cloud,
    private readonly mapping: Mapping,
  ) {}

  async shards(caller: Caller): Promise<ShardView[]> {
    const StreamArn = this.mapping.sourceArn;
    const shards: ShardView[] = [];
    let last: string | undefined;
    do {
      const input = { StreamArn, ...(last !== undefined && { ExclusiveStartShardId: last }) };
      const { StreamDescription } = await this.cloud.call(describeStream, input, caller);
      for (const { ShardId, ParentShardId } of StreamDescription?.Shards ?? [])
        shards.push({ id: ShardId as string, parents: ParentShardId === undefined ? [] : [ParentShardId] });
      last = StreamDescription?.LastEvaluatedShardId;
    } while (last !== undefined);
    return shards;
  }

  open(shardId: string, start: Start, role: () => Caller): ShardReader {
    const isTime = start !== 'TRIM_HORIZON' && 'at' in start;
    const from = isTime ? Math.floor(start.at.getTime() / 1000) * 1000 : 0;
    const calls = new DynamoShard(this.cloud, this.mapping, shardId, from);
    return new IteratorReader(this.cloud, calls, isTime ? 'TRIM_HORIZON' : start, role);
  }

  watch(listener: () => void): () => void {
    const state = this.cloud.state(DynamoState);
    const { number } = streamAt(state, this.mapping, this.mapping.sourceArn);
    return state.changes.onAppend((log) => {
      if (log === number) listener();
    });
  }
}

class DynamoShard implements ShardCalls<StreamEvent> {
  /** @param from a time for which DynamoDB's streams have no iterator: earlier records are skipped, by the second */
  constructor(
    private readonly cloud: Cloud,
    private readonly mapping: Mapping,
    private readonly shardId: string,
    private readonly from: number,
  ) {}

  async records(ShardIterator: string, caller: Caller): Promise<Records<StreamEvent>> {
    const { Records, NextShardIterator } = await this.cloud.call(getRecords, { ShardIterator }, caller);
    return {
      records: Records.filter((record) => arrivalOf(record) >= this.from),
      next: NextShardIterator,
      more: Records.length > 0,
    };
  }

  async iterator(start: Start, caller: Caller): Promise<string> {
    const shard = { StreamArn: this.mapping.sourceArn, ShardId: this.shardId };
    const after = start !== 'TRIM_HORIZON' && 'after' in start ? start.after : undefined;
    const input =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
    try {
      const { ShardIterator } = await this.cloud.call(getShardIterator, { ...shard, ...input }, caller);
      return ShardIterator as string;
    } catch (error) {
      // A position whose records are older than a day: the shard is read on from its oldest one.
      if (after === undefined || !(error instanceof AwsError) || error.code !== 'TrimmedDataAccessException')
        throw error;
      return this.iterator('TRIM_HORIZON', caller);
    }
  }

  toItem(record: StreamEvent): StreamItem {
    const event = { ...record, eventSourceARN: this.mapping.sourceArn };
    const { Keys, SequenceNumber, SizeBytes } = record.dynamodb;
    return {
      sequenceNumber: SequenceNumber,
      // Partition key by item, so that its changes stay in order.
      partitionKey: JSON.stringify(Keys),
      arrivedAt: arrivalOf(record),
      event,
      filtered: () => event,
      // Attribute values are longer in JSON than in DynamoDB's count.
      bytes: SizeBytes * 3 + 800,
    };
  }
}

const arrivalOf = ({ dynamodb }: StreamEvent): number => dynamodb.ApproximateCreationDateTime * 1000;
