import type { SettingsInput } from '../schema';

/**
 * The embedded endpoint: throw-away data, and buffers short enough to watch. Left out is what Terraform's provider waits
 * for by the clock: shard metrics (10 s) and lifecycle rules (55 s).
 */
export const local: SettingsInput = {
  envType: 'local',
  bufferingInterval: 5,
  backupBufferingInterval: 5,
  shardLevelMetrics: [],
  bucketLifecycle: false,
  dataDeletion: 'allowed',
};
