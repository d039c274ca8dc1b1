import type { Store, Table as StoreTable } from '../../../store/store';
import type { KeySchemaElement, StreamInfo } from '../table';

/** A stream with its lifetime: a disabled one stays readable for a day. */
export interface StreamRow extends StreamInfo {
  /** ARN of its table. */
  readonly table: string;
  readonly keySchema: readonly KeySchemaElement[];
  /** Epoch milliseconds. */
  readonly openedAt: number;
  /** Set once it is disabled, or its table deleted. */
  readonly disabledAt?: number;
}

/** Streams by ARN, in which a table's streams sort by the time of enabling. */
export class StreamTable {
  private readonly rows: StoreTable<StreamRow>;

  constructor(store: Store) {
    this.rows = store.table('dynamodb.streams');
  }

  get(arn: string): StreamRow | undefined {
    return this.rows.get(arn);
  }

  /** Within a commit. */
  put(row: StreamRow): void {
    void this.rows.put(row.arn, row);
  }

  /** Within a commit. */
  remove(arn: string): void {
    void this.rows.remove(arn);
  }

  *all(): Generator<StreamRow> {
    for (const { value } of this.rows.getRange({})) yield value;
  }
}
