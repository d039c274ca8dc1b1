import type { Cloud } from '../../core/cloud';
import { asCaller, ownerOf } from '../../core/owner';
import { KinesisState } from './state';

/**
 * Calls `listener` after each request that wrote to the stream, so that a reader in this process need not ask all
 * the time. It says nothing about what came: that is read with GetRecords.
 * @returns a function that ends it.
 * @throws ResourceNotFoundException
 */
export function onAppend(cloud: Cloud, streamArn: string, listener: () => void): () => void {
  const { listeners } = cloud.state(KinesisState).find({ StreamARN: streamArn }, asCaller(ownerOf(streamArn)));
  listeners.add(listener);
  return () => listeners.delete(listener);
}
