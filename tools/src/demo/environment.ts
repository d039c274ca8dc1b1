import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Variables that the demo takes over: the provider mirror, and whether to show an Iceberg table, consumers and
 * movements.
 */
const KEPT: ReadonlySet<string> = new Set([
  'LAKEHOUSE_PROVIDER_MIRROR',
  'LAKEHOUSE_TABLE_FORMAT',
  'LAKEHOUSE_CONSUMERS',
  'LAKEHOUSE_MOVEMENTS',
]);

/** Key words, one of which a sample of ten records almost surely holds. */
export const DEMO_KEY_WORDS = ['Canceled', 'Inactive'];

/** Settings of the demo's consumers: shorter windows than the default minute. */
const DEMO_CONSUMERS: Readonly<Record<string, object>> = {
  alerts: { environment: { ALERT_KEY_WORDS: DEMO_KEY_WORDS.join(',') } },
  insights: { tumblingWindowSeconds: 10 },
};

/**
 * Environment of everything that the demo starts. The user's AWS configuration, Terraform variables and settings stay
 * out: the demo must not reach an account, and must do the same everywhere.
 */
export function demoEnvironment(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|TF_VAR_|TF_CLI_ARGS|TF_DATA_DIR|TF_WORKSPACE|LAKEHOUSE_|KINESIS_STREAM_NAME$|CDKTF_)/;
  const kept = Object.entries(env).filter(([name]) => !foreign.test(name) || KEPT.has(name));
  const empty = path.join(folder, 'aws-config');
  fs.writeFileSync(empty, '');
  return {
    ...Object.fromEntries(kept),
    ...consumers(env.LAKEHOUSE_CONSUMERS || consumersOf(env.LAKEHOUSE_MOVEMENTS)),
    LAKEHOUSE_ENV: 'local',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: empty,
    AWS_SHARED_CREDENTIALS_FILE: empty,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NO_PROXY: [env.NO_PROXY, '127.0.0.1', 'localhost'].filter((host) => host !== undefined && host !== '').join(','),
  };
}

/** The consumer whose counts the movement inside-out needs. */
const consumersOf = (movements = ''): string => (movements.includes('inside-out') ? 'insights' : '');

/**
 * The consumers with the demo's settings, and the alarm topic of their alerts. Text that isn't JSON is passed on, for
 * the stack to refuse.
 */
function consumers(given: string | undefined): NodeJS.ProcessEnv {
  if (!given) return {};
  const isJson = /^\s*\[/.test(given);
  const named = isJson ? given : JSON.stringify(given.split(',').map((name) => name.trim()));
  return { LAKEHOUSE_CONSUMERS: withDemoSettings(named), LAKEHOUSE_ALARM_TOPIC: 'true' };
}

function withDemoSettings(list: string): string {
  try {
    const all = JSON.parse(list) as (string | { readonly name: string })[];
    const settings = all.map((each) => (typeof each === 'string' ? { name: each } : each));
    return JSON.stringify(settings.map((each) => ({ ...each, ...DEMO_CONSUMERS[each.name] })));
  } catch {
    return list;
  }
}
