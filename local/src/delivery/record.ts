/** A record on its way from a source to the objects. */
export interface SourceRecord {
  /** As it came in, or as a Lambda processor gave it back. */
  readonly data: Buffer;
  /** Grows within a shard. */
  readonly sequenceNumber: string;
  /** Milliseconds since the epoch. */
  readonly arrivedAt: number;
  /** Of a record from Kinesis. */
  readonly partitionKey?: string;
  /** What a Lambda processor said of it beside its data. @default there is no such processor */
  readonly processed?: Processed;
}

/** A record's metadata from a Lambda processor, that it was dropped, or why it couldn't be processed. */
export type Processed =
  | { readonly partitionKeys: Readonly<Record<string, string>>; readonly tableRoute?: unknown }
  | 'Dropped'
  | ProcessingFailure;

export interface ProcessingFailure {
  /** Firehose's own: `Lambda.FunctionError`. */
  readonly code: string;
  readonly message: string;
  /** Invocations that were tried. */
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly lambdaArn: string;
}

/** Records of one shard, in their order. A DirectPut stream has one shard, of its own. */
export interface Batch {
  readonly shardId: string;
  readonly records: readonly SourceRecord[];
}

/** Last record of each shard, by shard. */
export type Positions = ReadonlyMap<string, string>;

/** Where a delivery stream reads. */
export interface Source {
  /** @param after where each shard was left; what comes after it is to be read. */
  open(after: Positions): Promise<void>;
  readonly isOpen: boolean;
  /** Records that are there, or undefined if there are none for now. */
  read(): Promise<Batch | undefined>;
  /** Earliest time for the next {@link read}, if pacing holds it back; milliseconds since the epoch. */
  readonly notBefore: number | undefined;
  /** Says that there may be something new. */
  wake(): void;
  /** What comes from now on is of no interest: {@link read} comes to an end with what is there. */
  finish(): void;
  close(): void;
}
