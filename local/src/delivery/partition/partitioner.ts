import type { DestinationSettings } from '../../services/firehose/state';
import { JsonError, parseDocuments } from '../convert/json';

/** A part of a record and the keys that pick its objects. */
export interface RecordPart {
  readonly data: Buffer;
  readonly keys: Readonly<Record<string, string>>;
}

export type Partitioned =
  | { readonly parts: readonly RecordPart[] }
  | { readonly code: string; readonly message: string };

/** Takes a record apart, if RecordDeAggregation asks for it, and finds each part's partition keys. */
export type Partitioner = (data: Buffer) => Partitioned;

/** The partitioner of a destination; undefined without dynamic partitioning. */
export async function partitionerOf(settings: DestinationSettings): Promise<Partitioner | undefined> {
  if (settings.DynamicPartitioningConfiguration?.Enabled !== true) return undefined;
  throw new Error('todo');
}
