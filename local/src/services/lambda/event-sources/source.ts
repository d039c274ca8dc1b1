import type { Caller } from '../../../core/operation';

/** A record of a stream, for an event. */
export interface StreamItem {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrivedAt: number;
  /** The record's JSON in the event. */
  readonly event: object;
  /** The record for filter patterns: with its data parsed as JSON. */
  readonly filtered: () => unknown;
  /** Bytes in the event, approximately. */
  readonly bytes: number;
}

export interface Page {
  readonly items: readonly StreamItem[];
  /** Whether more records can be read now. */
  readonly more: boolean;
  /** Whether the shard has ended with this page. */
  readonly atEnd: boolean;
}

/** Start of reading a shard: after a record, at a time, or at the oldest record. */
export type Start = { readonly after: string } | { readonly at: Date } | 'TRIM_HORIZON';

export interface ShardReader {
  /** @throws AwsError if the role lacks the permission, or the stream is gone */
  read(): Promise<Page>;
}

export interface ShardView {
  readonly id: string;
  readonly parents: readonly string[];
}

/** A stream of shards that a mapping reads with the function's role: Kinesis, or a DynamoDB table's. */
export interface StreamSource {
  /** Member of a failure record that holds the batch's position, such as `KinesisBatchInfo`. */
  readonly batchInfo: string;
  /** Lists all shards of the stream. @throws AwsError */
  shards(caller: Caller): Promise<ShardView[]>;
  open(shardId: string, start: Start, role: () => Caller): ShardReader;
  /** Calls the listener on new records. @returns a function that removes it @throws AwsError */
  watch(listener: () => void): () => void;
}
