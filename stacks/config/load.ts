import { ConfigError, type Fault } from './config-error';
import { DEFAULT_ENVIRONMENT, type EnvironmentName, environments } from './environments';
import { formOf, nearest, overridesFrom, type Variables } from './overrides';
import { crossFaults } from './rules';
import { type SettingName, type Settings, type SettingsInput, settingsSchema } from './schema';
import { profileIgnoresEndpoints } from './shared-config';

/** A configuration that keeps every rule. */
export interface Configuration {
  readonly environment: EnvironmentName;
  readonly settings: Settings;
  /** Whether LAKEHOUSE_ALLOW_DATA_DELETION=yes was given: see docs/deletion.md. */
  readonly deletionSwitch: boolean;
  /** Which stack to synthesize: the lakehouse, or the bucket for remote state. */
  readonly stack: 'lakehouse' | 'state';
  /** Name of a second lakehouse beside the environment's own; part of its stack's and its state's name. */
  readonly secondName?: string;
}

/**
 * The configuration that the environment variables ask for: the defaults, the file of `LAKEHOUSE_ENV`, and
 * `LAKEHOUSE_<SETTING>` over it.
 * @throws ConfigError that lists every fault
 */
export function loadConfiguration(variables: Variables): Configuration {
  const environment = oneOf(variables, 'LAKEHOUSE_ENV', namesOf(environments), DEFAULT_ENVIRONMENT);
  const stack = oneOf(variables, 'LAKEHOUSE_STACK', ['lakehouse', 'state'] as const, 'lakehouse');
  const deletion = oneOf(variables, 'LAKEHOUSE_ALLOW_DATA_DELETION', ['yes', 'no'] as const, 'no');
  const faults = [environment, stack, deletion].flatMap(({ fault }) => fault ?? []);
  // Endpoint faults only where the environment's name is known: a typo in it would otherwise be reported twice.
  if (environment.fault === undefined) faults.push(...endpointFaults(environment.value, variables));
  const overrides = overridesFrom(variables);
  faults.push(...overrides.faults);
  const checked = checkSettings({ ...environments[environment.value], ...overrides.values });
  faults.push(...checked.faults);
  if (environment.value === 'prod' && checked.settings?.dataDeletion === 'allowed') {
    faults.push({ key: 'dataDeletion', value: 'allowed', rule: 'must be with-switch or never in prod' });
  }
  if (checked.settings === undefined || faults.length > 0) throw new ConfigError(faults);
  return {
    environment: environment.value,
    settings: checked.settings,
    deletionSwitch: deletion.value === 'yes',
    ...secondName(environment.value, variables),
    stack: stack.value,
  };
}

/** LAKEHOUSE_APP_NAME, where it isn't the environment's own name. */
function secondName(environment: EnvironmentName, variables: Variables): { secondName?: string } {
  const name = variables.LAKEHOUSE_APP_NAME;
  const own = settingsSchema.shape.appName.parse((environments[environment] as SettingsInput).appName);
  return name === undefined || name === '' || name === own ? {} : { secondName: name };
}

/**
 * The settings with their defaults filled in.
 * @throws ConfigError that lists every fault
 */
export function parseSettings(input: SettingsInput): Settings {
  const { settings, faults } = checkSettings(input);
  if (settings === undefined) throw new ConfigError(faults);
  return settings;
}

function checkSettings(input: Readonly<Record<string, unknown>>): { settings?: Settings; faults: Fault[] } {
  const parsed = settingsSchema.safeParse(input);
  if (parsed.success) {
    const faults = crossFaults(parsed.data, new Set());
    return faults.length === 0 ? { settings: parsed.data, faults } : { faults };
  }
  const faults = parsed.error.issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
      return issue.keys.map((key) => {
        const meant = nearest(key, Object.keys(settingsSchema.shape));
        return { key, value: input[key], rule: `names no setting${meant === undefined ? '' : `: is ${meant} meant?`}` };
      });
    }
    // An unknown key within a list or map, such as in a column.
    if (issue.code === 'unrecognized_keys') {
      return [
        { key: keyOf(issue.path), value: valueAt(input, issue.path), rule: `must not have ${issue.keys.join(', ')}` },
      ];
    }
    const form = formOf(String(issue.path[0]));
    if (issue.code === 'invalid_type' && form !== undefined) {
      const missing = issue.path.length > 1 && valueAt(input, issue.path) === undefined;
      const rule = missing
        ? `is missing: ${String(issue.path[0])} must be ${form}`
        : `must be ${issue.path.length > 1 ? `${issue.expected}, in ` : ''}${form}`;
      return [{ key: keyOf(issue.path), value: valueAt(input, issue.path), rule }];
    }
    // A map's key carries its rule one level further down.
    const rule = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    return [{ key: keyOf(issue.path), value: valueAt(input, issue.path), rule }];
  });
  // Defaults in place of the settings at fault, so that the rules between the others are still checked.
  const atFault = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  const rest = Object.entries(input).filter(([key]) => key in settingsSchema.shape && !atFault.has(key));
  const settings = settingsSchema.parse(Object.fromEntries(rest));
  return { faults: [...faults, ...crossFaults(settings, atFault)] };
}

function keyOf(path: readonly PropertyKey[]): SettingName | string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? String(part) : `.${String(part)}`))
    .join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], input);
}

function namesOf<Name extends string>(record: Record<Name, unknown>): readonly Name[] {
  return Object.keys(record) as Name[];
}

function oneOf<Choice extends string>(
  variables: Variables,
  key: string,
  choices: readonly Choice[],
  fallback: Choice,
): { value: Choice; fault?: Fault } {
  const text = variables[key];
  if (text === undefined || text === '') return { value: fallback };
  const value = choices.find((choice) => choice === text);
  if (value !== undefined) return { value };
  const meant = nearest(text, choices);
  const hint = meant === undefined ? '' : `: is ${meant} meant?`;
  return { value: fallback, fault: { key, value: text, rule: `must be one of ${choices.join(', ')}${hint}` } };
}

/**
 * The provider's older endpoint variables of four services ("Custom Service Endpoint Configuration"); they take
 * precedence over AWS_ENDPOINT_URL.
 */
const OLD_ENDPOINTS = /^(?:TF_)?AWS_(?:DYNAMODB|IAM|S3|STS)_ENDPOINT$/;

/**
 * Keeps a local deployment and one on AWS apart: a request of one must never reach the other. `AWS_ENDPOINT_URL_S3` and
 * its like take precedence over `AWS_ENDPOINT_URL` for their service.
 */
function endpointFaults(environment: EnvironmentName, variables: Variables): Fault[] {
  const faults: Fault[] = [];
  const everywhere = { AWS_ENDPOINT_URL: undefined, ...variables };
  for (const [key, value] of Object.entries(everywhere)) {
    const ofService = key.startsWith('AWS_ENDPOINT_URL_') || OLD_ENDPOINTS.test(key);
    if (key !== 'AWS_ENDPOINT_URL' && !(ofService && value)) continue;
    const loopback = value !== undefined && isLoopback(value);
    if (environment === 'local' && !loopback) {
      const rule = 'must name a loopback address such as http://127.0.0.1:4566 when LAKEHOUSE_ENV is local';
      faults.push({ key, value, rule });
    } else if (environment !== 'local' && loopback) {
      const rule = `must not name a loopback address when LAKEHOUSE_ENV is ${environment}: use LAKEHOUSE_ENV=local`;
      faults.push({ key, value, rule });
    }
  }
  const ignored = variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS;
  if (environment === 'local' && ignored && !/^(?:false|f|0)$/i.test(ignored)) {
    const rule = 'must not be set when LAKEHOUSE_ENV is local: calls would go to AWS';
    faults.push({ key: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', value: ignored, rule });
  }
  if (environment === 'local' && profileIgnoresEndpoints(variables)) {
    const rule =
      'must not be true in the profile that is used when LAKEHOUSE_ENV is local: calls would go to AWS. Set AWS_CONFIG_FILE to another file, as `npm run plan` does';
    faults.push({ key: 'ignore_configured_endpoint_urls', value: 'true', rule });
  }
  return faults;
}

function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname, protocol } = new URL(endpoint);
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    /^https?:$/.test(protocol) &&
    (host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host))
  );
}
