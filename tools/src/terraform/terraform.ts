import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** How one terraform process ended. */
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
  /** Aborting it stops terraform: in order if it can, by force if it takes longer than seconds. */
  readonly signal?: AbortSignal;
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

/** The command's name; TERRAFORM_BINARY_NAME is the variable that cdktf reads for the same purpose. */
export function terraformBinary(env: NodeJS.ProcessEnv = process.env): string {
  // Set but empty is unset, as for cdktf.
  return env.TERRAFORM_BINARY_NAME || 'terraform';
}

/** Whether the command is OpenTofu's, by its name. */
export function isOpenTofu(env: NodeJS.ProcessEnv = process.env): boolean {
  return /^(open)?tofu/i.test(basename(terraformBinary(env).replaceAll('\\', '/')));
}

const WINDOWS = process.platform === 'win32';

const INSTALL = 'https://developer.hashicorp.com/terraform/install';

/** The error of a machine that has no Terraform. */
export function terraformMissing(env?: NodeJS.ProcessEnv): ToolError {
  return new ToolError(
    `Terraform is needed and "${terraformBinary(env)}" isn't on the PATH: get it from ${INSTALL} (${OLDEST.join('.')} or newer), or name it in TERRAFORM_BINARY_NAME.`,
    ExitCode.prerequisite,
  );
}

/**
 * Runs terraform and collects its output. Resolves with any exit code; rejects only if it can't be started. Whoever stops
 * this process stops terraform, which ends in order, writes its state and releases its lock; this process waits for it,
 * and the code is then 130 whatever terraform says.
 */
export async function terraform(args: readonly string[], options: TerraformOptions): Promise<TerraformResult> {
  const { stdout, ...rest } = await terraformBytes(args, options);
  return { ...rest, stdout: stdout.toString('utf8') };
}

/** As `terraform`, with stdout as bytes: for JSON too large to be worth decoding twice. */
export function terraformBytes(
  args: readonly string[],
  options: TerraformOptions,
): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  const env = terraformEnvironment(args[0] ?? '', options.env ?? process.env);
  return new Promise((resolve, reject) => {
    // A state holds sensitive values in clear text: what Terraform writes is for its owner alone.
    const umask = process.umask(0o077);
    const child = spawn(terraformBinary(env), args, {
      cwd: options.workdir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a group of its own, so that Ctrl-C at the terminal reaches it through this process alone: of two signals the
      // second makes terraform give up at once, its state unwritten. Windows knows no such signals: there Ctrl-C reaches
      // terraform at the console that it shares with this process, and a group of its own would be a window of its own.
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

/** Commands that take a user's TF_CLI_ARGS; what the others print is read here, and must not be changed by them. */
const TAKES_ARGUMENTS = new Set(['init', 'plan', 'apply']);

function terraformEnvironment(command: string, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(given).filter(([name]) => TAKES_ARGUMENTS.has(command) || !/^TF_CLI_ARGS/.test(name));
  return { ...Object.fromEntries(kept), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
}

/** Signal that may stop a terraform, while it runs. */
interface Stopping {
  /** Whether it was told to stop. */
  readonly stopped: () => boolean;
  /** No longer listens. */
  readonly done: () => void;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Passes each signal on: the first ends terraform in order, a second one at once. */
function stopOnSignals(child: ChildProcess): Stopping {
  let stopped = false;
  const pass = () => {
    stopped = true;
    // On Windows this would end it at once, its state unwritten and its lock held.
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

/** Milliseconds after which terraform is asked, asked again, and killed with its process group. */
const STOP_STEPS_MS = [0, 3000, 6000] as const;
/** Where terraform can't be asked, since it heard Ctrl-C by itself: how long it gets to write its state. */
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
      // A group that is gone by now is what was wanted.
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

/** Ends a process and those that it started, as a process group's end does elsewhere. */
function killTree({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
}

/** As `terraform`, but any exit code outside `accept` is an error that carries what terraform said. */
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

/** Oldest Terraform whose language and plans are known to do. */
const OLDEST = [1, 5] as const;

/** One clear line if Terraform is too old for what follows; undefined if it is fine. */
export function terraformTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fine = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return fine
    ? undefined
    : `Terraform ${OLDEST.join('.')} or newer is needed; this is ${version}: get it from ${INSTALL}.`;
}

/** Version of the terraform on the PATH, such as `1.11.4`. Throws the one-line error when there is none that will do. */
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
