import type { SettingsInput } from '../schema';
import { dev } from './dev';
import { local } from './local';
import { prod } from './prod';

/** Settings of each environment over the defaults. A new environment needs a file here and a name in this list. */
export const environments = { local, dev, prod } satisfies Record<string, SettingsInput>;

/** The name of an environment. */
export type EnvironmentName = keyof typeof environments;

/** Environment if LAKEHOUSE_ENV names none. */
export const DEFAULT_ENVIRONMENT: EnvironmentName = 'dev';
