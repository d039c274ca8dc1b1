/** A record between source and objects. */
export interface SourceRecord {
  /** Data as received, or as a Lambda processor returned it. */
  readonly data: Buffer;
  /** Grows within a shard. */
  readonly sequenceNumber: string;
  /** Milliseconds since the epoch. */
  readonly arrivedAt: number;
  /** Set for records from Kinesis. */
  readonly partitionKey?: string;
  /** A Lambda processor's result besides the data. @default no such processor */
  readonly processed?: Processed;
}

/** A Lambda processor's metadata for a record, that it was dropped, or its failure. */
export type Processed =
  | { readonly partitionKeys: Readonly<Record<string, string>>; readonly tableRoute?: unknown }
  | 'Dropped'
  | ProcessingFailure;

export interface ProcessingFailure {
  /** Firehose's code, such as `Lambda.FunctionError`. */
  readonly code: string;
  readonly message: string;
  /** Number of invocations. */
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly lambdaArn: string;
}

/** Records of one shard, in order. A DirectPut stream has a single shard. */
export interface Batch {
  readonly shardId: string;
  readonly records: readonly SourceRecord[];
}

/** Last record of each shard, by shard. */
export type Positions = ReadonlyMap<string, string>;

/** Source of a delivery stream's records. */
export interface Source {
  /** @param after last record of each shard that is done; reading starts after it */
  open(after: Positions): Promise<void>;
  readonly isOpen: boolean;
  /** Reads available records; undefined if there are none now. */
  read(): Promise<Batch | undefined>;
  /** Earliest time of the next {@link read}, if pacing holds it back; milliseconds since the epoch. */
  readonly notBefore: number | undefined;
  /** Notifies the source of possible new records. */
  wake(): void;
  /** Ignores records that arrive from now on: {@link read} ends after the present ones. */
  finish(): void;
  close(): void;
}
