import type { SettingsInput } from '../schema';
import { dev } from './dev';
import { local } from './local';
import { prod } from './prod';

/** What each environment sets, over the defaults. A further environment is a file here and a name in this list. */
export const environments = { local, dev, prod } satisfies Record<string, SettingsInput>;

/** The name of an environment. */
export type EnvironmentName = keyof typeof environments;

/** Environment if LAKEHOUSE_ENV names none. */
export const DEFAULT_ENVIRONMENT: EnvironmentName = 'dev';
