import type { Cloud } from '../../core/cloud';
import { KinesisState } from './state';

/**
 * Calls `listener` after each request that wrote to the stream, so that a reader in this process need not ask all
 * the time. It says nothing about what came: that is read with GetRecords.
 * @returns a function that ends it.
 * @throws ResourceNotFoundException
 */
export function onAppend(cloud: Cloud, streamArn: string, listener: () => void): () => void {
  const [, , , region = '', accountId = ''] = streamArn.split(':');
  const caller = { accountId, region, principalArn: `arn:aws:iam::${accountId}:root` };
  const { listeners } = cloud.state(KinesisState).find({ StreamARN: streamArn }, caller);
  listeners.add(listener);
  return () => listeners.delete(listener);
}
