import type { GetRecordsOutput, Shard } from '@aws-sdk/client-kinesis';
import type { Cloud } from '../core/cloud';
import { AwsError } from '../core/errors';
import type { Caller } from '../core/operation';
import type { DeliveryStream } from '../services/firehose/state';
import { onAppend } from '../services/kinesis/on-append';
import { describeStream } from '../services/kinesis/operations/describe-stream';
import { getRecords } from '../services/kinesis/operations/get-records';
import { getShardIterator } from '../services/kinesis/operations/get-shard-iterator';
import { listShards } from '../services/kinesis/operations/list-shards';
import { during } from './failure';
import { publish } from './metrics';
import type { Batch, Positions, Source } from './record';

/** Iterators live for five minutes; one this old is replaced rather than tried. */
const ITERATOR_LIFETIME_MS = 240_000;
/** With a shard's rates enforced: one call a quarter of a second leaves a call a second to other readers. */
const READ_PAUSE_MS = 250;
/** What GetRecords gives at most, and what is far from its 10 MiB. */
const MAX_RECORDS = 10_000;
const SMALL_BYTES = 1024 * 1024;
/** AWS's pause after a reader was told that it asks too often. */
const THROTTLED_PAUSE_MS = 1_000;

/** A shard that is being read. */
interface Reader {
  readonly shard: Shard;
  position: string | undefined;
  iterator: string | undefined;
  iteratorAt: number;
  mayHaveMore: boolean;
  notBefore: number;
  finished: boolean;
}

/**
 * Reads a Kinesis stream with the delivery stream's role: all shards, parents before their children. It reads when
 * something was appended rather than every second as AWS does.
 */
export class KinesisSource implements Source {
  isOpen = false;
  private readers = new Map<string, Reader>();
  private after: Positions = new Map();
  private unsubscribe: (() => void) | undefined;

  /** @param roleCaller assumes the role anew; throws if the role doesn't trust Firehose any more. */
  constructor(
    private readonly cloud: Cloud,
    private readonly stream: DeliveryStream,
    private readonly source: NonNullable<DeliveryStream['source']>,
    private readonly roleCaller: (roleArn: string) => Promise<Caller>,
    private readonly onNews: () => void,
  ) {}

  async open(after: Positions): Promise<void> {
    const caller = await this.roleCaller(this.source.roleArn);
    const input = { StreamARN: this.source.streamArn };
    await during('Kinesis', () => this.cloud.call(describeStream, input, caller));
    this.after = after;
    this.readers = new Map();
    await this.findShards(caller);
    this.unsubscribe?.();
    this.unsubscribe = onAppend(this.cloud, this.source.streamArn, () => {
      this.wake();
      this.onNews();
    });
    this.isOpen = true;
  }

  get notBefore(): number | undefined {
    const times = [...this.readers.values()].filter(isWaiting).map((reader) => reader.notBefore);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  wake(): void {
    for (const reader of this.readers.values()) reader.mayHaveMore = true;
  }

  close(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.isOpen = false;
  }

  async read(): Promise<Batch | undefined> {
    for (;;) {
      const now = this.cloud.clock.now();
      const reader = [...this.readers.values()].find(
        (each) => isWaiting(each) && this.isReady(each) && each.notBefore <= now,
      );
      if (reader === undefined) return undefined;
      const batch = await this.readFrom(reader, now);
      if (batch !== undefined) return batch;
    }
  }

  private async readFrom(reader: Reader, now: number): Promise<Batch | undefined> {
    const caller = await this.roleCaller(this.source.roleArn);
    // What is appended while this reads wakes it again: so first this, then the reading.
    reader.mayHaveMore = false;
    const output = await this.nextOf(reader, caller, now);
    if (output === undefined) return undefined;
    reader.iterator = output.NextShardIterator;
    reader.iteratorAt = now;
    if (this.cloud.options.enforceLimits) reader.notBefore = now + READ_PAUSE_MS;
    const records = output.Records ?? [];
    const shardId = reader.shard.ShardId as string;
    reader.position = records[records.length - 1]?.SequenceNumber ?? reader.position;
    if (output.NextShardIterator === undefined) {
      reader.finished = true;
      await this.findShards(caller);
    }
    if (records.length === 0) return undefined;
    const bytes = this.publishRead(output);
    // A small answer at the tip is all there is; what comes next says so by itself.
    const isAll = output.MillisBehindLatest === 0 && records.length < MAX_RECORDS && bytes < SMALL_BYTES;
    if (!isAll) reader.mayHaveMore = true;
    return {
      shardId,
      records: records.map(({ Data, SequenceNumber, ApproximateArrivalTimestamp }) => ({
        data: Data as Buffer,
        sequenceNumber: SequenceNumber as string,
        arrivedAt: (ApproximateArrivalTimestamp as Date).getTime(),
      })),
    };
  }

  private async nextOf(reader: Reader, caller: Caller, now: number): Promise<GetRecordsOutput | undefined> {
    try {
      if (reader.iterator === undefined || now - reader.iteratorAt > ITERATOR_LIFETIME_MS) {
        reader.iterator = await this.iteratorFor(reader, caller);
        reader.iteratorAt = now;
      }
      return await this.cloud.call(getRecords, { ShardIterator: reader.iterator }, caller);
    } catch (error) {
      reader.mayHaveMore = true;
      const code = error instanceof AwsError ? error.code : '';
      if (code === 'ProvisionedThroughputExceededException') {
        reader.notBefore = now + THROTTLED_PAUSE_MS;
        return undefined;
      }
      if (code === 'ExpiredIteratorException') {
        reader.iterator = undefined;
        return undefined;
      }
      return during('Kinesis', () => {
        throw error;
      });
    }
  }

  private async iteratorFor(reader: Reader, caller: Caller): Promise<string> {
    const shard = { StreamARN: this.source.streamArn, ShardId: reader.shard.ShardId as string };
    const from =
      reader.position === undefined
        ? { ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: new Date(this.source.startsAt) }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, StartingSequenceNumber: reader.position };
    try {
      const output = await this.cloud.call(getShardIterator, { ...shard, ...from }, caller);
      return output.ShardIterator as string;
    } catch (error) {
      // The stream is another one of the same name by now: all of it is new.
      if (!(error instanceof AwsError) || error.code !== 'InvalidArgumentException') throw error;
      reader.position = undefined;
      const output = await this.cloud.call(getShardIterator, { ...shard, ShardIteratorType: 'TRIM_HORIZON' }, caller);
      return output.ShardIterator as string;
    }
  }

  /** Takes in shards that aren't read yet. */
  private async findShards(caller: Caller): Promise<void> {
    let token: string | undefined;
    do {
      const input = token === undefined ? { StreamARN: this.source.streamArn } : { NextToken: token };
      const output = await during('Kinesis', () => this.cloud.call(listShards, input, caller));
      for (const shard of output.Shards ?? []) this.addShard(shard);
      token = output.NextToken;
    } while (token !== undefined);
  }

  private addShard(shard: Shard): void {
    const id = shard.ShardId as string;
    if (this.readers.has(id)) return;
    this.readers.set(id, {
      shard,
      position: this.after.get(id),
      iterator: undefined,
      iteratorAt: 0,
      mayHaveMore: true,
      notBefore: 0,
      finished: false,
    });
  }

  /** A child is read once its parents are, as far as they are still there. */
  private isReady({ shard }: Reader): boolean {
    return [shard.ParentShardId, shard.AdjacentParentShardId].every((id) => {
      const parent = id === undefined ? undefined : this.readers.get(id);
      return parent === undefined || parent.finished;
    });
  }

  private publishRead(output: GetRecordsOutput): number {
    const records = output.Records ?? [];
    const bytes = records.reduce((sum, { Data }) => sum + (Data?.length ?? 0), 0);
    publish(this.cloud, this.stream, {
      'DataReadFromKinesisStream.Records': [records.length, 'Count'],
      'DataReadFromKinesisStream.Bytes': [bytes, 'Bytes'],
      KinesisMillisBehindLatest: [output.MillisBehindLatest ?? 0, 'Milliseconds'],
      IncomingRecords: [records.length, 'Count'],
      IncomingBytes: [bytes, 'Bytes'],
    });
    return bytes;
  }
}

const isWaiting = (reader: Reader) => reader.mayHaveMore && !reader.finished;
