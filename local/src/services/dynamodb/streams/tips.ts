import type { DynamoState } from '../state';
import { sequenceNumber } from './read-stream';

/**
 * Last sequence number of each shard of a stream, for readers that start here and first read later; a time would be wrong
 * once the clock is corrected. A shard without records isn't there yet: readers take a new one from its beginning.
 * @returns undefined if there is no such stream
 */
export function tipsOf(state: DynamoState, streamArn: string): Readonly<Record<string, string>> | undefined {
  const stream = state.streams.get(streamArn);
  if (stream === undefined) return undefined;
  const next = state.changes.nextSequence(stream.number);
  const shards = state.shards.of(stream.number);
  return Object.fromEntries(shards.map(({ id, last = next - 1 }) => [id, sequenceNumber(last)]));
}
