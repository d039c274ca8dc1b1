import type { PutRecords } from '../services/firehose/put-records';
import type { Batch, Positions, Source } from './record';

/** The single shard of records put directly. */
export const PUT_SHARD = 'put';
const READ_BYTES = 4 * 1024 * 1024;

/** Reads the records put into a DirectPut stream. */
export class PutSource implements Source {
  isOpen = false;
  readonly notBefore = undefined;
  private position = 0;
  private mayHaveMore = true;

  constructor(
    private readonly records: PutRecords,
    private readonly streamId: string,
  ) {}

  async open(after: Positions): Promise<void> {
    this.position = Number(after.get(PUT_SHARD) ?? 0);
    this.isOpen = true;
    this.mayHaveMore = true;
  }

  async read(): Promise<Batch | undefined> {
    if (!this.mayHaveMore) return undefined;
    const found = this.records.read(this.streamId, this.position, READ_BYTES);
    const last = found[found.length - 1];
    if (last === undefined) {
      this.mayHaveMore = false;
      return undefined;
    }
    this.position = last.sequence;
    return {
      shardId: PUT_SHARD,
      records: found.map(({ sequence, data, arrivedAt }) => ({ data, arrivedAt, sequenceNumber: String(sequence) })),
    };
  }

  wake(): void {
    this.mayHaveMore = true;
  }

  // A stream that is being deleted takes no more records.
  finish(): void {}

  close(): void {
    this.isOpen = false;
  }
}
