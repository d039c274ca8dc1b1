import type { Cloud } from '../../core/cloud';
import type { Table } from '../../store/store';

/** A record that was put, until it is delivered. */
export interface StoredRecord {
  /** Grows with each record of the endpoint. */
  readonly sequence: number;
  readonly data: Buffer;
  readonly arrivedAt: number;
}

interface Row {
  readonly data: Buffer;
  readonly at: number;
}

/** Records of DirectPut streams: kept on disk from the acknowledgement to the delivery. */
export class PutRecords {
  private readonly records: Table<Row>;
  /** The last sequence number that was given out, under `last`: whatever the clock says, none is below. */
  private readonly given: Table<number>;
  private next: number;

  constructor(private readonly cloud: Cloud) {
    this.records = cloud.store.table<Row>('firehose.records');
    this.given = cloud.store.table<number>('firehose.given');
    this.next = (this.given.get('last') ?? 0) + 1;
  }

  /** Resolves with the records' ids once they are on disk. @param streamId the delivery stream's own id. */
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

  /** The oldest records after a sequence number, up to a number of bytes (but at least one). */
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

  /** Forgets records up to and with a sequence number; to be called inside a transaction. */
  removeThrough(streamId: string, sequence: number): void {
    for (const key of this.records.getKeys({ start: [streamId, 0], end: [streamId, sequence + 1] })) {
      this.records.remove(key);
    }
  }

  /** Forgets all records of a stream. */
  async forget(streamId: string): Promise<void> {
    await this.cloud.store.transaction(() => this.removeThrough(streamId, Number.MAX_SAFE_INTEGER - 1));
  }
}
