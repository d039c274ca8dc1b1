import { z } from 'zod';
import { catalogSettings } from './settings/catalog';
import { consumersSettings } from './settings/consumers';
import { deliverySettings } from './settings/delivery';
import { generalSettings } from './settings/general';
import { lakeBucketSettings } from './settings/lake-bucket';
import { movementsSettings } from './settings/movements';
import { observabilitySettings } from './settings/observability';
import { queryWorkgroupSettings } from './settings/query-workgroup';
import { stateSettings } from './settings/state';
import { streamSettings } from './settings/stream';

/** Every setting with its rule and default; the parts are in the order in which the data flows. */
export const settingsSchema = z.strictObject({
  ...generalSettings,
  ...streamSettings,
  ...lakeBucketSettings,
  ...catalogSettings,
  ...deliverySettings,
  ...queryWorkgroupSettings,
  ...consumersSettings,
  ...movementsSettings,
  ...observabilitySettings,
  ...stateSettings,
});

/** The settings with every default filled in. A name that is undefined is derived from `appName`. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;

/** The settings as an environment's file states them: what it leaves out keeps the default. */
export type SettingsInput = Readonly<z.input<typeof settingsSchema>>;

/** The name of a setting. */
export type SettingName = keyof Settings;
