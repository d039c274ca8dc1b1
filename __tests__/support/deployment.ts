import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Timeout of a step: Terraform waits 10 s before it first reads a new stream, and again on delete. */
export const STEP_MS = 150_000;

const project = join(__dirname, '..', '..');

/** How a command ended. */
export interface Exit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A lakehouse on an endpoint of its own: the built CLI as a process, with state, plan and outputs in a temporary
 * folder, so that nothing of a developer's own deployment is touched.
 */
export class Deployment {
  readonly folder = mkdtempSync(join(tmpdir(), 'lakehouse-'));
  readonly outputsFile = join(this.folder, 'outputs.json');
  url = '';
  private endpoint: ChildProcess | undefined;

  /** Settings of the stack beside its environment's, by environment variable. */
  constructor(readonly settings: Record<string, string> = {}) {}

  /** Starts the endpoint; a second start is on the same port and data, as after a crash or a reboot. */
  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const { child, url } = await startServer('local/dist/cli.js', [
      '--port',
      port,
      '--data-dir',
      join(this.folder, 'data'),
    ]);
    this.endpoint = child;
    this.url = url;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.endpoint !== undefined) await stopServer(this.endpoint, signal);
    this.endpoint = undefined;
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      LAKEHOUSE_ENV: 'local',
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      ...this.settings,
    };
  }

  /** Runs one of the plan's commands as `npm run` does. */
  cycle(command: 'plan' | 'apply' | 'destroy', ...args: string[]): Promise<Exit> {
    const own = ['--out', join(this.folder, 'cdktf.out'), '--plan-file', join(this.folder, 'plan.tfplan')];
    const state = ['--state', join(this.folder, 'state.json'), '--outputs-file', this.outputsFile];
    return this.run(`tools/dist/commands/${command}.js`, [...own, ...state, ...args]);
  }

  /** Plans and applies what the code and the settings say. */
  async apply(): Promise<void> {
    exits(2, await this.cycle('plan'));
    exits(0, await this.cycle('apply', '--yes'));
  }

  /** Runs a built command in the project's folder. */
  run(script: string, args: readonly string[]): Promise<Exit> {
    return new Promise((resolve) => {
      const options = { cwd: project, env: this.environment, maxBuffer: 1 << 26 };
      execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : ((error.code as unknown as number) ?? -1), stdout, stderr });
      });
    });
  }

  outputs(): Record<string, string> {
    return JSON.parse(readFileSync(this.outputsFile, 'utf8'))['lakehouse-local'];
  }

  state(): { readonly resources: readonly unknown[] } {
    return JSON.parse(readFileSync(join(this.folder, 'state.json'), 'utf8'));
  }

  /** An SDK client of the endpoint, as any program would make it. */
  client<T>(type: new (options: object) => T): T {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return new type({ endpoint: this.url, region: 'us-east-1', credentials, forcePathStyle: true });
  }
}

/** Starts a built server and waits for the line that names its address. */
export function startServer(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [script, ...args], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      const url = /Listening on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve({ child, url });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it listened:\n${said}`)));
  });
}

/** Ends a server and waits until it is gone. */
export function stopServer(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

/** Asserts an exit code, and shows the command's output on another. */
export function exits(code: number, exit: Exit): void {
  if (exit.code !== code) throw new Error(`Exit code ${exit.code}, not ${code}:\n${exit.stdout}\n${exit.stderr}`);
}

/** Polls until there is a result. @throws after a minute. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not happen within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
