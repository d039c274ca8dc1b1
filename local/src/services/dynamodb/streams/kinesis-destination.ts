import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from '../../../core/cloud';
import { asCaller } from '../../../core/owner';
import { getRecords } from '../../kinesis/operations/get-records';
import { getShardIterator } from '../../kinesis/operations/get-shard-iterator';
import { listShards } from '../../kinesis/operations/list-shards';
import { putRecords } from '../../kinesis/operations/put-records';
import type { DynamoState } from '../state';
import type { DestinationInfo, TableInfo } from '../table';
import type { ChangeRecord, Sequenced } from './change-log';
import { TIME_TO_LIVE } from './read-stream';

const MAX_RECORDS = 500;
const MAX_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 200;
/** Age at which undelivered records are given up ("Using Kinesis Data Streams to capture changes"). */
const LIFETIME_MS = 24 * 3_600_000;
/** Largest difference between the times of a change and of its record in Kinesis. */
const SLACK_MS = 5_000;

/** A change as a Kinesis record, always with both images. */
export function kinesisRecord(
  record: ChangeRecord,
  { name, region }: TableInfo,
  precision: DestinationInfo['precision'],
) {
  return {
    awsRegion: region,
    eventID: record.id,
    eventName: record.event,
    userIdentity: record.byTimeToLive === true ? { type: 'Service', principalId: TIME_TO_LIVE } : null,
    recordFormat: 'application/json',
    tableName: name,
    dynamodb: {
      ApproximateCreationDateTime: precision === 'MICROSECOND' ? record.at * 1000 : record.at,
      Keys: record.keys,
      ...(record.newImage !== undefined && { NewImage: record.newImage }),
      ...(record.oldImage !== undefined && { OldImage: record.oldImage }),
      SizeBytes: record.bytes,
      ApproximateCreationDateTimePrecision: precision,
    },
    eventSource: 'aws:dynamodb',
  };
}

/** Partition key by item, so that an item's records stay in order. */
const partitionKey = ({ keys }: ChangeRecord): string => createHash('md5').update(JSON.stringify(keys)).digest('hex');

/**
 * Delivers the queue of one Kinesis stream: each change once, and those of an item in order. Changes that were put
 * before a crash, and are still queued, are found in the stream and not put again.
 */
export class DestinationWorker {
  private running: Promise<void> | undefined;
  private isNew = true;

  constructor(
    private readonly state: DynamoState,
    private readonly table: TableInfo,
    /** Undefined once its table is gone, with its queue. */
    private readonly destination: () => DestinationInfo | undefined,
    private readonly number: number,
  ) {}

  wake(): void {
    this.running ??= this.run();
  }

  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    const { number } = this;
    // A turn later, so that `running` is set by then.
    await sleep(0);
    for (;;) {
      const [first] = this.state.changes.read(number, 0);
      if (first === undefined || this.state.isClosed || this.destination() === undefined) {
        this.running = undefined;
        return;
      }
      try {
        if (this.isNew) await this.skipDelivered(number);
        this.isNew = false;
        await this.deliver(number);
      } catch (error) {
        if (this.state.now() - first.record.at > LIFETIME_MS) await this.remove(number, first.sequence);
        else if (!this.state.isClosed) {
          this.state.noteFailure(this.destination()?.streamArn ?? '', error as Error);
          await sleep(RETRY_MS, undefined, { ref: false });
        }
      }
    }
  }

  private async deliver(number: number): Promise<void> {
    const batch = this.batch(number);
    if (batch.length === 0) return;
    await this.put(batch.map(({ record }) => record));
    await this.remove(number, batch.at(-1)?.sequence ?? 0);
  }

  /** A batch of changes of different items: two of one item in a batch could be reordered by a retry. */
  private batch(number: number): Sequenced[] {
    const batch: Sequenced[] = [];
    const items = new Set<string>();
    let bytes = 0;
    for (const one of this.state.changes.read(number, 0)) {
      const item = JSON.stringify(one.record.keys);
      bytes += one.record.bytes * 2;
      if (batch.length === MAX_RECORDS || items.has(item) || (bytes > MAX_BYTES && batch.length > 0)) break;
      items.add(item);
      batch.push(one);
    }
    return batch;
  }

  private async put(records: readonly ChangeRecord[]): Promise<void> {
    const destination = this.destination();
    if (destination === undefined) return;
    const { streamArn, precision } = destination;
    let left = records;
    while (left.length > 0) {
      const Records = left.map((record) => ({
        Data: Buffer.from(JSON.stringify(kinesisRecord(record, this.table, precision))),
        PartitionKey: partitionKey(record),
      }));
      const answer = await this.cloud.call(putRecords, { StreamARN: streamArn, Records }, asCaller(this.table));
      left = left.filter((_record, index) => answer.Records?.[index]?.ErrorCode !== undefined);
      if (left.length > 0) await sleep(RETRY_MS, undefined, { ref: false });
      if (this.state.isClosed && left.length > 0) throw new Error('The endpoint is stopping.');
    }
  }

  private async remove(number: number, upTo: number): Promise<void> {
    while (await this.state.change(() => this.state.changes.removeBefore(number, upTo + 1, MAX_RECORDS)));
  }

  /** After a restart: removes the first queued changes that are in the stream already. */
  private async skipDelivered(number: number): Promise<void> {
    const [first] = this.state.changes.read(number, 0);
    if (first === undefined) return;
    const found = await this.deliveredSince(first.record.at - SLACK_MS);
    let last: number | undefined;
    const missing: ChangeRecord[] = [];
    for (const { sequence, record } of this.batch(number)) {
      if (found.has(record.id)) last = sequence;
      else missing.push(record);
    }
    if (last === undefined) return;
    // A batch was put in part: its other records have other items, and can follow now.
    const batch = this.batch(number);
    await this.put(missing);
    await this.remove(number, batch.at(-1)?.sequence ?? last);
  }

  private async deliveredSince(at: number): Promise<ReadonlySet<string>> {
    const caller = asCaller(this.table);
    const StreamARN = this.destination()?.streamArn ?? '';
    const ids = new Set<string>();
    const { Shards = [] } = await this.cloud.call(listShards, { StreamARN }, caller);
    for (const { ShardId = '' } of Shards) {
      const start = { StreamARN, ShardId, ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: new Date(at) };
      let { ShardIterator } = await this.cloud.call(getShardIterator, start, caller);
      while (ShardIterator !== undefined) {
        const page = await this.cloud.call(getRecords, { ShardIterator, StreamARN }, caller);
        for (const { Data } of page.Records ?? []) {
          const id = /"eventID":"([0-9a-f]+)"/.exec(Buffer.from(Data ?? []).toString('utf8'))?.[1];
          if (id !== undefined) ids.add(id);
        }
        ShardIterator =
          (page.Records?.length ?? 0) > 0 || (page.MillisBehindLatest ?? 0) > 0 ? page.NextShardIterator : undefined;
      }
    }
    return ids;
  }

  private get cloud(): Cloud {
    return this.state.cloud;
  }
}
