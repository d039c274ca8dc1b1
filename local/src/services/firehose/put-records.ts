import type { Cloud } from '../../core/cloud';
import type { Table } from '../../store/store';

/** A record of a DirectPut stream, stored until it is delivered. */
export interface StoredRecord {
  /** Sequence number, increasing over all records of the endpoint. */
  readonly sequence: number;
  readonly data: Buffer;
  readonly arrivedAt: number;
}

interface Row {
  readonly data: Buffer;
  readonly at: number;
}

/** Records of DirectPut streams: on disk from the acknowledgement to the delivery. */
export class PutRecords {
  private readonly records: Table<Row>;
  /** The last assigned sequence number, under `last`: numbers increase even if the clock is set back. */
  private readonly given: Table<number>;
  private next: number;

  constructor(private readonly cloud: Cloud) {
    this.records = cloud.store.table<Row>('firehose.records');
    this.given = cloud.store.table<number>('firehose.given');
    this.next = (this.given.get('last') ?? 0) + 1;
  }

  /**
   * Stores records; resolves with their ids once they are on disk. @param streamId the delivery stream's internal id
   */
  async put(streamId: string, data: readonly Buffer[]): Promise<string[]> {
    const at = this.cloud.clock.now();
    const first = this.next;
    this.next += data.length;
    await this.cloud.store.transaction(() => {
      for (let i = 0; i < data.length; i++) {
        this.records.put([streamId, first + i], { data: data[i] as Buffer, at });
      }
      this.given.put('last', Math.max(this.given.get('last') ?? 0, first + data.length - 1));
    });
    return data.map((_, index) => `${streamId}-${String(first + index).padStart(16, '0')}`);
  }

  /** The oldest records after a sequence number, up to a number of bytes, but at least one. */
  read(streamId: string, after: number, maxBytes: number): StoredRecord[] {
    const found: StoredRecord[] = [];
    let bytes = 0;
    for (const { key, value } of this.records.getRange({ start: [streamId, after + 1], end: [streamId, Infinity] })) {
      const data = Buffer.from(value.data);
      found.push({ sequence: (key as [string, number])[1], data, arrivedAt: value.at });
      bytes += data.length;
      if (bytes >= maxBytes) break;
    }
    return found;
  }

  /** Deletes records up to and including a sequence number; within a transaction. */
  removeThrough(streamId: string, sequence: number): void {
    for (const key of this.records.getKeys({ start: [streamId, 0], end: [streamId, sequence + 1] })) {
      this.records.remove(key);
    }
  }

  /** Deletes all records of a stream. */
  async forget(streamId: string): Promise<void> {
    await this.cloud.store.transaction(() => this.removeThrough(streamId, Number.MAX_SAFE_INTEGER - 1));
  }
}
