import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(__dirname, '../local/dist/cli.js');

/** The embedded endpoint in a process of its own, as a bench sees it. */
export interface BenchEndpoint {
  readonly dataDir: string;
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** The most memory that the process has had so far, in MB. Linux only, as the next. */
  peak(): number;
  /** Processor time that the process has taken so far. */
  cpuSeconds(): number;
}

/** Starts the endpoint on a free port with a fresh data directory, which is gone afterwards. */
export async function withEndpoint(
  flags: readonly string[],
  work: (endpoint: BenchEndpoint) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-bench-'));
  const child = spawn(process.execPath, [CLI, '--port', '0', '--data-dir', dataDir, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const config = { endpoint: await urlOf(child), region: 'us-east-1', credentials };
    await work({ dataDir, config, peak: () => peakOf(child), cpuSeconds: () => cpuOf(child) });
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The endpoint ended with ${code}.`)));
    child.stdout?.on('data', (text: Buffer) => {
      const found = /http:\S+/.exec(String(text));
      if (found !== null) resolve(found[0]);
    });
  });
}

function peakOf(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

/** Ticks of user and system time, a hundred a second on every Linux that Node runs on. */
function cpuOf(child: ChildProcess): number {
  const [, , , , , , , , , , , user, system] =
    readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(/\) /)[1]?.split(' ') ?? [];
  return (Number(user) + Number(system)) / 100;
}
