import type { GetRecordsOutput, GetShardIteratorInput, Shard } from '@aws-sdk/client-kinesis';
import { monotonic } from '../core/clock';
import type { Cloud } from '../core/cloud';
import { AwsError } from '../core/errors';
import type { Caller, Strict } from '../core/operation';
import { publish } from '../services/firehose/metrics';
import type { DeliveryStream } from '../services/firehose/state';
import { gapsOf } from '../services/kinesis/gaps';
import { onAppend } from '../services/kinesis/on-append';
import { describeStream } from '../services/kinesis/operations/describe-stream';
import { getRecords } from '../services/kinesis/operations/get-records';
import { getShardIterator } from '../services/kinesis/operations/get-shard-iterator';
import { listShards } from '../services/kinesis/operations/list-shards';
import { describe } from '../store/record-log/inspect';
import { asDeliveryFailure, DeliveryFailure } from './failure';
import { logFailure } from './log';
import type { Batch, Positions, Source } from './record';

/** Age at which an iterator is replaced: it would expire after five minutes. */
const ITERATOR_LIFETIME_MS = 240_000;
/**
 * Pause between reads with a shard's limits enforced: one call per quarter of a second leaves one a second to other
 * readers.
 */
const READ_PAUSE_MS = 250;
/** Limits of GetRecords: most records, and bytes far below its 10 MiB. */
const MAX_RECORDS = 10_000;
const SMALL_BYTES = 1024 * 1024;
/** AWS's pause after a reader was throttled. */
const THROTTLED_PAUSE_MS = 1_000;

/** A shard being read. */
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
 * Reads a Kinesis stream with the delivery stream's role: all shards, parents before their children. Reads when records
 * are appended, not every second as AWS does.
 */
export class KinesisSource implements Source {
  isOpen = false;
  private readers = new Map<string, Reader>();
  private after: Positions = new Map();
  private unsubscribe: (() => void) | undefined;
  /** Arrival time beyond which records of a shard are ignored. */
  private until = Number.POSITIVE_INFINITY;

  /** @param roleCaller assumes the role again; throws if the role no longer trusts Firehose */
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
    await asDeliveryFailure('Kinesis', () => this.cloud.call(describeStream, input, caller));
    this.after = after;
    this.readers = new Map();
    await this.findShards(caller);
    this.unsubscribe?.();
    this.unsubscribe = await asDeliveryFailure('Kinesis', () =>
      onAppend(this.cloud, this.source.streamArn, () => {
        this.wake();
        this.onNews();
      }),
    );
    this.isOpen = true;
  }

  get notBefore(): number | undefined {
    const times = this.waiting().map((reader) => reader.notBefore);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  wake(): void {
    for (const reader of this.readers.values()) reader.mayHaveMore = true;
  }

  finish(): void {
    this.until = this.cloud.clock.now();
    this.unsubscribe?.();
  }

  close(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.isOpen = false;
  }

  async read(): Promise<Batch | undefined> {
    for (;;) {
      const now = monotonic(this.cloud.clock);
      const reader = this.waiting().find(({ notBefore }) => notBefore <= now);
      if (reader === undefined) return undefined;
      this.moveLast(reader);
      const batch = await this.readFrom(reader, now);
      if (batch !== undefined) return batch;
    }
  }

  private async readFrom(reader: Reader, now: number): Promise<Batch | undefined> {
    const caller = await this.roleCaller(this.source.roleArn);
    // Reset before the read: an append during the read sets it again.
    reader.mayHaveMore = false;
    const output = await this.nextOf(reader, caller, now);
    if (output === undefined) return undefined;
    // Before the position advances: if listing the children fails, the shard's end is read again.
    if (output.NextShardIterator === undefined) await this.findChildren(reader, caller);
    reader.iterator = output.NextShardIterator;
    reader.iteratorAt = now;
    if (this.cloud.options.enforceLimits) reader.notBefore = now + READ_PAUSE_MS;
    const records = output.Records ?? [];
    const shardId = reader.shard.ShardId as string;
    await this.reportGaps(reader, records[records.length - 1]?.SequenceNumber);
    reader.position = records[records.length - 1]?.SequenceNumber ?? reader.position;
    reader.finished = output.NextShardIterator === undefined;
    if (records.length === 0) return undefined;
    const bytes = this.publishRead(output);
    // A small answer at the tip is complete; later appends wake the reader.
    const isAll = output.MillisBehindLatest === 0 && records.length < MAX_RECORDS && bytes < SMALL_BYTES;
    const last = records[records.length - 1]?.ApproximateArrivalTimestamp as Date;
    if (!isAll && last.getTime() <= this.until) reader.mayHaveMore = true;
    return {
      shardId,
      records: records.map(({ Data, PartitionKey, SequenceNumber, ApproximateArrivalTimestamp }) => ({
        data: Data as Buffer,
        sequenceNumber: SequenceNumber as string,
        arrivedAt: (ApproximateArrivalTimestamp as Date).getTime(),
        partitionKey: PartitionKey as string,
      })),
    };
  }

  /** Logs to the delivery stream's log stream the records that were lost to damage before they were read. */
  private async reportGaps({ shard: { ShardId = '' }, position }: Reader, through: string | undefined): Promise<void> {
    if (through === undefined) return;
    for (const gap of gapsOf(this.cloud, this.source.streamArn, ShardId, position, through)) {
      // Records from before this delivery stream were not to be delivered.
      if (position === undefined && gap.repairedAt < this.source.startsAt) continue;
      const message = `${describe(gap)} of ${ShardId} were lost to damage of the data directory, and are not delivered.`;
      await logFailure(this.cloud, this.stream, new DeliveryFailure('Kinesis.RecordsLost', message));
    }
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
      return asDeliveryFailure('Kinesis', () => {
        throw error;
      });
    }
  }

  /**
   * An iterator after the last record read, else at the delivery stream's start. A checkpoint with a sequence number
   * that Kinesis doesn't know belongs to an earlier stream of the same name: all records of the present one came after
   * the start.
   */
  private async iteratorFor(reader: Reader, caller: Caller): Promise<string> {
    const iterator = async (start: Omit<Strict<GetShardIteratorInput>, 'ShardId'>) => {
      const shard = { StreamARN: this.source.streamArn, ShardId: reader.shard.ShardId as string };
      const { ShardIterator } = await this.cloud.call(getShardIterator, { ...start, ...shard }, caller);
      return ShardIterator as string;
    };
    const { position } = reader;
    if (position !== undefined) {
      try {
        return await iterator({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position });
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'InvalidArgumentException') throw error;
        reader.position = undefined;
      }
    }
    const { startsAfter } = this.source;
    // A shard created since then is a child of an earlier one, or of a later stream: all of its records came after the
    // start.
    if (startsAfter !== undefined) return iterator({ ShardIteratorType: 'TRIM_HORIZON' });
    // Kinesis refuses future times: the clock may have been set back.
    const Timestamp = new Date(Math.min(this.source.startsAt, this.cloud.clock.now()));
    return iterator({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp });
  }

  private async findChildren(parent: Reader, caller: Caller): Promise<void> {
    try {
      await this.findShards(caller);
    } catch (error) {
      parent.mayHaveMore = true;
      throw error;
    }
  }

  /** Adds readers for new shards. */
  private async findShards(caller: Caller): Promise<void> {
    let token: string | undefined;
    do {
      const input = token === undefined ? { StreamARN: this.source.streamArn } : { NextToken: token };
      const output = await asDeliveryFailure('Kinesis', () => this.cloud.call(listShards, input, caller));
      for (const shard of output.Shards ?? []) this.addShard(shard);
      token = output.NextToken;
    } while (token !== undefined);
  }

  private addShard(shard: Shard): void {
    const id = shard.ShardId as string;
    if (this.readers.has(id)) return;
    this.readers.set(id, {
      shard,
      position: this.after.get(id) ?? this.source.startsAfter?.[id],
      iterator: undefined,
      iteratorAt: 0,
      mayHaveMore: true,
      notBefore: 0,
      finished: false,
    });
  }

  /** Readers of shards with possibly more records. */
  private waiting(): Reader[] {
    return [...this.readers.values()].filter(
      (reader) => reader.mayHaveMore && !reader.finished && this.isReady(reader),
    );
  }

  /** Moves a reader to the end, so that each shard has its turn. */
  private moveLast(reader: Reader): void {
    const id = reader.shard.ShardId as string;
    this.readers.delete(id);
    this.readers.set(id, reader);
  }

  /** Whether a shard's parents, as far as they still exist, have been read. */
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
