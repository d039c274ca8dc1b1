import type { Caller } from '../../../core/operation';

/** A record of a stream on its way to a function. */
export interface StreamItem {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrivedAt: number;
  /** The record as it stands in the event. */
  readonly event: object;
  /** The record as filter patterns are matched against it: the record with its data read as JSON. */
  readonly filtered: () => unknown;
  /** Bytes in the event, about. */
  readonly bytes: number;
}

export interface Page {
  readonly items: readonly StreamItem[];
  /** There is more to be read now. */
  readonly more: boolean;
  /** The shard has ended, and this was the last of it. */
  readonly atEnd: boolean;
}

/** Where reading a shard starts: after a record, at a time, or with the oldest one. */
export type Start = { readonly after: string } | { readonly at: Date } | 'TRIM_HORIZON';

export interface ShardReader {
  /** @throws AwsError where the role may not read, or the stream is gone. */
  read(): Promise<Page>;
}

export interface ShardView {
  readonly id: string;
  readonly parents: readonly string[];
}

/** A stream of shards that a mapping reads with the function's role: Kinesis, or DynamoDB's changes. */
export interface StreamSource {
  /** Names the batch in a record of its failure: `KinesisBatchInfo`. */
  readonly batchInfo: string;
  /** All shards that the stream still has. @throws AwsError */
  shards(caller: Caller): Promise<ShardView[]>;
  open(shardId: string, start: Start, role: () => Caller): ShardReader;
  /** Calls the listener whenever there is something new. @returns a function that ends it. @throws AwsError */
  watch(listener: () => void): () => void;
}
