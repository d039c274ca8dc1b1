import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal } from '../shared/errors';
import { asObject, type Json, type JsonObject } from '../shared/json';
import type { Stack } from '../terraform/synthesized';
import { digestText } from './fingerprint';

/** Place of a plan's state, by Terraform's settings and environment variables. */
export interface StatePlace {
  /** Type of the backend: `local`, `s3` … */
  readonly type: string;
  /** The place in words: a path, or `s3://bucket/key`. */
  readonly place: string;
  /** Digest of the backend's settings, credentials left out. */
  readonly digest: string;
}

/** Terraform's data directory of a stack: TF_DATA_DIR, else `.terraform` in its folder. */
function dataDir(stack: Stack, env: NodeJS.ProcessEnv): string {
  return path.resolve(stack.workdir, env.TF_DATA_DIR || '.terraform');
}

/** The selected workspace: TF_WORKSPACE, else the one that `terraform workspace select` left in the data directory. */
export function selectedWorkspace(stack: Stack, env: NodeJS.ProcessEnv): string {
  if (env.TF_WORKSPACE) return env.TF_WORKSPACE;
  try {
    return fs.readFileSync(path.join(dataDir(stack, env), 'environment'), 'utf8').trim() || 'default';
  } catch {
    return 'default';
  }
}

/** Backend settings that identify the caller, not the state's place. */
const CREDENTIALS =
  /^(access_key|secret_key|token|profile|password|username|client_secret|client_id|access_token|credentials|encryption_key|sse_customer_key|shared_\w+|assume_role\w*|max_retries|retry_mode|skip_\w+)$/;

/** Location of the state, as `terraform init` recorded it in the data directory. */
export function statePlace(stack: Stack, env: NodeJS.ProcessEnv): StatePlace {
  const file = path.join(dataDir(stack, env), 'terraform.tfstate');
  const noted: JsonObject = fs.existsSync(file)
    ? asObject(asObject(JSON.parse(fs.readFileSync(file, 'utf8')) as Json).backend)
    : {};
  const type = typeof noted.type === 'string' ? noted.type : 'local';
  const config = asObject(noted.config);
  const settings = Object.entries(config).filter(([name, value]) => value !== null && !CREDENTIALS.test(name));
  const known = Object.fromEntries(settings.sort(([a], [b]) => a.localeCompare(b)));
  if (type === 'local') {
    // Relative to the stack's folder, as in Terraform; absolute, since a saved plan writes to this file alone.
    const place = path.resolve(stack.workdir, typeof config.path === 'string' ? config.path : 'terraform.tfstate');
    return { type, place, digest: digestText(JSON.stringify({ ...known, path: place })) };
  }
  const place = type === 's3' ? `s3://${config.bucket}/${config.key}` : type;
  return { type, place, digest: digestText(JSON.stringify(known)) };
}

/** Arguments that don't change what a saved plan's apply does. */
const HARMLESS_FOR_APPLY = /^-{1,2}(parallelism|lock-timeout|no-color|compact-warnings|input|auto-approve)(=|$)/;
/** Arguments that would write the plan elsewhere, plan another state, or destroy without a question. */
const HARMFUL_FOR_PLAN = /^-{1,2}(out|state|destroy|json|lock|generate-config-out)(=|$)/;
/** Arguments with which an init would move or overwrite a state. */
const HARMFUL_FOR_INIT = /^-{1,2}(migrate-state|force-copy|from-module|backend)(=|$)/;

/**
 * Refuses arguments in TF_CLI_ARGS and its like that change what is planned or applied without the review showing it.
 * Terraform inserts them right after the subcommand ("Environment Variables", Terraform CLI documentation).
 */
export function checkCliArguments(env: NodeJS.ProcessEnv, commands: readonly ('init' | 'plan' | 'apply')[]): void {
  for (const command of commands) {
    for (const name of ['TF_CLI_ARGS', `TF_CLI_ARGS_${command}`]) {
      const found = (env[name] ?? '')
        .split(/\s+/)
        .filter((word) => word.startsWith('-'))
        .filter((word) => isHarmful(command, word));
      if (found.length > 0) {
        throw new Refusal(
          `${name} holds ${found.join(', ')}, which changes what "terraform ${command}" does: unset it.`,
        );
      }
    }
  }
}

function isHarmful(command: 'init' | 'plan' | 'apply', word: string): boolean {
  if (command === 'apply') return !HARMLESS_FOR_APPLY.test(word);
  return (command === 'plan' ? HARMFUL_FOR_PLAN : HARMFUL_FOR_INIT).test(word);
}

/** Refuses arguments of a plan that its record can't hold. */
export function checkPlanArguments(args: readonly string[]): void {
  const found = args.filter((word) => HARMFUL_FOR_PLAN.test(word));
  if (found.length === 0) return;
  throw new Refusal(`${found.join(', ')} can't be given by --tf: use --plan-file, --state or --destroy.`);
}
