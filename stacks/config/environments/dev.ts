import type { SettingsInput } from '../schema';

/** Development on AWS: the defaults, and `destroy` leaves nothing behind. */
export const dev: SettingsInput = {
  dataDeletion: 'allowed',
};
