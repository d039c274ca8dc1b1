import type { SettingsInput } from '../schema';

/**
 * The embedded endpoint: throw-away data, and buffers short enough to watch. Shard metrics (10 s) and lifecycle rules
 * (55 s) are left out: Terraform's provider waits that long for them, whatever the endpoint answers.
 */
export const local: SettingsInput = {
  envType: 'local',
  bufferingInterval: 5,
  backupBufferingInterval: 5,
  shardLevelMetrics: [],
  bucketLifecycle: false,
  dataDeletion: 'allowed',
};
