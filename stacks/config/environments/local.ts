import type { SettingsInput } from '../schema';

/** The embedded endpoint: throw-away data, and buffers short enough to watch. */
export const local: SettingsInput = {
  envType: 'local',
  bufferingInterval: 5,
  backupBufferingInterval: 5,
  dataDeletion: 'allowed',
};
