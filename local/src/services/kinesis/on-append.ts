import type { Cloud } from '../../core/cloud';
import { asCaller, ownerOf } from '../../core/owner';
import { KinesisState } from './state';

/**
 * Calls `listener` after each request that wrote to the stream, so that a reader in this process needn't poll. The
 * records themselves are read with GetRecords.
 * @returns a function that removes the listener
 * @throws ResourceNotFoundException
 */
export function onAppend(cloud: Cloud, streamArn: string, listener: () => void): () => void {
  const { listeners } = cloud.state(KinesisState).find({ StreamARN: streamArn }, asCaller(ownerOf(streamArn)));
  listeners.add(listener);
  return () => listeners.delete(listener);
}
