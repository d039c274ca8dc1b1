import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** Exit code and output of a terraform process. */
export interface TerraformResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerraformOptions {
  /** Folder of the configuration; terraform runs in it. */
  readonly workdir: string;
  /** The whole environment. @default this process's */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Aborting it stops terraform: in order if possible, by force after a few seconds. */
  readonly signal?: AbortSignal;
  /** Called with each chunk of output. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

/** The command's name, by TERRAFORM_BINARY_NAME, which cdktf reads too. */
export function terraformBinary(env: NodeJS.ProcessEnv = process.env): string {
  // An empty variable counts as unset, as in cdktf.
  return env.TERRAFORM_BINARY_NAME || 'terraform';
}

/** Whether the command is OpenTofu's, by its name. */
export function isOpenTofu(env: NodeJS.ProcessEnv = process.env): boolean {
  return /^(open)?tofu/i.test(basename(terraformBinary(env).replaceAll('\\', '/')));
}

const WINDOWS = process.platform === 'win32';

const INSTALL = 'https://developer.hashicorp.com/terraform/install';

/** The error on a machine without Terraform. */
export function terraformMissing(env?: NodeJS.ProcessEnv): ToolError {
  return new ToolError(
    `Terraform is needed and "${terraformBinary(env)}" isn't on the PATH: get it from ${INSTALL} (${OLDEST.join('.')} or newer), or name it in TERRAFORM_BINARY_NAME.`,
    ExitCode.prerequisite,
  );
}

/**
 * Runs terraform and collects its output. Resolves with any exit code; rejects only if it can't be started. A signal to
 * this process stops terraform in order: it writes its state and releases its lock; this process waits for it, and the
 * code is then 130 whatever terraform's is.
 */
export async function terraform(args: readonly string[], options: TerraformOptions): Promise<TerraformResult> {
  const { stdout, ...rest } = await terraformBytes(args, options);
  return { ...rest, stdout: stdout.toString('utf8') };
}

/** Runs `terraform`, with stdout as bytes: JSON too large to decode twice. */
export function terraformBytes(
  args: readonly string[],
  options: TerraformOptions,
): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  const env = terraformEnvironment(args[0] ?? '', options.env ?? process.env);
  return new Promise((resolve, reject) => {
    // Files of Terraform readable by their owner alone: a state holds sensitive values in clear text.
    const umask = process.umask(0o077);
    const child = spawn(terraformBinary(env), args, {
      cwd: options.workdir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C at the terminal reaches terraform through this process alone; of two
      // signals, the second makes it quit at once with its state unwritten. Windows has no such signals: Ctrl-C reaches
      // terraform through the shared console, and a group of its own would open a window.
      detached: !WINDOWS,
      windowsHide: true,
    });
    process.umask(umask);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const collect = (chunks: Buffer[], stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      chunks.push(chunk);
      options.onOutput?.(chunk.toString('utf8'), stream);
    };
    child.stdout.on('data', collect(stdout, 'stdout'));
    child.stderr.on('data', collect(stderr, 'stderr'));
    const stopping = options.signal === undefined ? stopOnSignals(child) : stopOnAbort(child, options.signal);
    child.once('error', (error: NodeJS.ErrnoException) => {
      stopping.done();
      reject(error.code === 'ENOENT' ? terraformMissing(env) : error);
    });
    child.once('close', (code) => {
      stopping.done();
      const exit = stopping.stopped() ? ExitCode.interrupted : (code ?? ExitCode.failed);
      resolve({ code: exit, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

/** Commands that use the user's TF_CLI_ARGS; the others' output is parsed here, and must not be changed by them. */
const TAKES_ARGUMENTS = new Set(['init', 'plan', 'apply']);

function terraformEnvironment(command: string, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(given).filter(([name]) => TAKES_ARGUMENTS.has(command) || !/^TF_CLI_ARGS/.test(name));
  return { ...Object.fromEntries(kept), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
}

/** The handler of stop signals, while terraform runs. */
interface Stopping {
  /** Whether a signal has arrived. */
  readonly stopped: () => boolean;
  /** Removes the handler. */
  readonly done: () => void;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Passes signals on: the first ends terraform in order, a second one at once. */
function stopOnSignals(child: ChildProcess): Stopping {
  let stopped = false;
  const pass = () => {
    stopped = true;
    // Windows: a signal would kill it at once, with its state unwritten and its lock held.
    if (!WINDOWS) child.kill('SIGINT');
  };
  for (const name of STOP_SIGNALS) process.on(name, pass);
  return {
    stopped: () => stopped,
    done: () => {
      for (const name of STOP_SIGNALS) process.off(name, pass);
    },
  };
}

/**
 * Milliseconds after an abort at which terraform is interrupted, interrupted again, and killed with its process group.
 */
const STOP_STEPS_MS = [0, 3000, 6000] as const;
/** Milliseconds to write its state, on Windows, where terraform receives Ctrl-C directly and can't be interrupted. */
const WINDOWS_STOP_MS = 60_000;

function stopOnAbort(child: ChildProcess, signal: AbortSignal): Stopping {
  const timers: NodeJS.Timeout[] = [];
  const stop = () => {
    if (WINDOWS) {
      timers.push(setTimeout(() => killTree(child), WINDOWS_STOP_MS));
      return;
    }
    const send = (name: NodeJS.Signals, group: boolean) => () => {
      if (child.pid === undefined || child.exitCode !== null) return;
      // An error means that the group is gone already.
      try {
        process.kill(group ? -child.pid : child.pid, name);
      } catch {}
    };
    const [ask, insist, kill] = STOP_STEPS_MS;
    timers.push(setTimeout(send('SIGTERM', false), ask), setTimeout(send('SIGTERM', false), insist));
    timers.push(setTimeout(send('SIGKILL', true), kill));
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    stopped: () => signal.aborted,
    done: () => {
      signal.removeEventListener('abort', stop);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Kills a process and its children, as killing a process group does elsewhere. */
function killTree({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
}

/** Runs `terraform`; any exit code outside of `accept` is an error with terraform's output. */
export async function terraformOrThrow(
  args: readonly string[],
  options: TerraformOptions,
  accept: readonly number[] = [0],
): Promise<TerraformResult> {
  const result = await terraform(args, options);
  if (accept.includes(result.code)) return result;
  throw terraformFailed(args, result);
}

/** The error for a terraform that exited with a code not expected. */
export function terraformFailed(args: readonly string[], result: TerraformResult): ToolError {
  if (result.code === ExitCode.interrupted) {
    return new ToolError(`interrupted; terraform ${args[0]} has ended in order.`, ExitCode.interrupted);
  }
  const said = (result.stderr.trim() === '' ? result.stdout : result.stderr).trim().replace(/\n{3,}/g, '\n\n');
  return new ToolError(`terraform ${args[0]} exited with ${result.code}:\n${said}`);
}

/** Oldest Terraform with a supported language and plan format. */
const OLDEST = [1, 5] as const;

/** One line if Terraform is too old; undefined if it isn't. */
export function terraformTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fine = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return fine
    ? undefined
    : `Terraform ${OLDEST.join('.')} or newer is needed; this is ${version}: get it from ${INSTALL}.`;
}

/** Version of the terraform on the PATH, such as `1.11.4`. @throws ToolError if there is none, or it is too old */
export async function terraformVersion(env?: TerraformOptions['env']): Promise<string> {
  const { stdout } = await terraformOrThrow(['version', '-json'], { workdir: process.cwd(), ...(env && { env }) });
  // A warning about the CLI configuration may stand before the JSON.
  const parsed: unknown = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const version = (parsed as { terraform_version?: unknown }).terraform_version;
  if (typeof version !== 'string') return 'unknown';
  const old = terraformTooOld(version);
  if (old !== undefined) throw new ToolError(old, ExitCode.prerequisite);
  return version;
}
