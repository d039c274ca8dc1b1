import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from 'lakehouse-local/testing/process';

/** The embedded endpoint in a process of its own. */
export interface BenchEndpoint {
  readonly dataDir: string;
  readonly pid: number;
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Peak memory of the process so far, in MB. Linux only, as the next. */
  peak(): number;
  /** CPU time of the process so far. */
  cpuSeconds(): number;
}

/**
 * Starts the built endpoint on a free port.
 * @param folder a data directory to use and keep. @default a new one, deleted afterwards
 */
export async function withEndpoint<T>(
  flags: readonly string[],
  work: (endpoint: BenchEndpoint) => Promise<T>,
  folder?: string,
): Promise<T> {
  const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'lakehouse-bench-'));
  try {
    const endpoint = await startProcess(dataDir, flags);
    try {
      const { pid, url } = endpoint;
      const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
      const config = { endpoint: url, region: 'us-east-1', credentials };
      return await work({ dataDir, pid, config, peak: () => peakOf(pid), cpuSeconds: () => cpuSecondsOf(pid) });
    } finally {
      await endpoint.stop();
    }
  } finally {
    if (folder === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

/**
 * User and system CPU seconds of a process, from ticks, of which every Linux that Node runs on has a hundred a second.
 */
export function cpuSecondsOf(pid: number): number {
  const [, , , , , , , , , , , user, system] =
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) /)[1]?.split(' ') ?? [];
  return (Number(user) + Number(system)) / 100;
}
