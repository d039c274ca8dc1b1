import type { LambdaProcessor } from '../../services/firehose/processors';
import type { Batch, SourceRecord } from '../record';

/** Most bytes of a synchronous invocation's payload ("Lambda quotas"), less the members around the records. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024 - 10_000;
/** Most bytes of a record's members in the event besides its data. */
const MEMBERS_BYTES = 600;

interface Waiting {
  readonly records: SourceRecord[];
  bytes: number;
  payload: number;
  /** Arrival of the first of them, by the monotonic clock. */
  since: number;
}

/** Collects the records of each shard until they suffice for an invocation, or have waited long enough. */
export class LambdaStage {
  private readonly shards = new Map<string, Waiting>();

  constructor(readonly processor: LambdaProcessor) {}

  /** @param now by the monotonic clock */
  add({ shardId, records }: Batch, now: number): void {
    for (const record of records) {
      const waiting = this.shards.get(shardId) ?? { records: [], bytes: 0, payload: 0, since: now };
      this.shards.set(shardId, waiting);
      waiting.records.push(record);
      waiting.bytes += record.data.length;
      waiting.payload += payloadOf(record);
    }
  }

  get isEmpty(): boolean {
    return this.shards.size === 0;
  }

  /** Arrival of the oldest record, in milliseconds since the epoch. */
  get oldest(): number | undefined {
    const times = [...this.shards.values()].map(({ records }) => records[0]?.arrivedAt ?? Number.POSITIVE_INFINITY);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Time of the next invocation, by the monotonic clock. */
  get dueAt(): number | undefined {
    const times = [...this.shards.values()].map((waiting) => this.dueOf(waiting));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The records of the next invocation. @param now by the monotonic clock; infinite for all waiting records */
  next(now: number): Batch | undefined {
    for (const [shardId, waiting] of this.shards)
      if (this.dueOf(waiting) <= now) return { shardId, records: this.chunkOf(waiting) };
    return undefined;
  }

  /** Removes processed records. */
  remove({ shardId, records }: Batch): void {
    const waiting = this.shards.get(shardId);
    if (waiting === undefined) return;
    for (const record of waiting.records.splice(0, records.length)) {
      waiting.bytes -= record.data.length;
      waiting.payload -= payloadOf(record);
    }
    if (waiting.records.length === 0) this.shards.delete(shardId);
  }

  private dueOf({ bytes, payload, since }: Waiting): number {
    const isFull = bytes >= this.processor.bufferBytes || payload >= MAX_PAYLOAD_BYTES;
    return isFull ? Number.NEGATIVE_INFINITY : since + this.processor.bufferMs;
  }

  private chunkOf({ records }: Waiting): SourceRecord[] {
    let [bytes, payload] = [0, 0];
    const end = records.findIndex((record) => {
      const isOver = bytes >= this.processor.bufferBytes || payload + payloadOf(record) > MAX_PAYLOAD_BYTES;
      bytes += record.data.length;
      payload += payloadOf(record);
      return isOver;
    });
    return end === -1 ? [...records] : records.slice(0, Math.max(1, end));
  }
}

const payloadOf = ({ data, partitionKey = '' }: SourceRecord): number =>
  Math.ceil(data.length / 3) * 4 + MEMBERS_BYTES + partitionKey.length * 6;
