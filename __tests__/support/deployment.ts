import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, stopServer } from 'lakehouse-local/testing/process';

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
    const own = ['--synth-out', join(this.folder, 'cdktf.out'), '--plan-file', join(this.folder, 'plan.tfplan')];
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

/** Asserts an exit code, and shows the command's output on another. */
export function exits(code: number, exit: Exit): void {
  if (exit.code !== code) throw new Error(`Exit code ${exit.code}, not ${code}:\n${exit.stdout}\n${exit.stderr}`);
}
