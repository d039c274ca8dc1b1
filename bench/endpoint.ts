import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../local/src/testing/process';

/** The embedded endpoint in a process of its own, as a bench sees it. */
export interface BenchEndpoint {
  readonly dataDir: string;
  readonly pid: number;
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

/**
 * Starts the built endpoint on a free port.
 * @param folder a data directory to use, and to keep. @default a fresh one, which is gone afterwards
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

/** User and system time of a process, in ticks of which every Linux that Node runs on has a hundred a second. */
export function cpuSecondsOf(pid: number): number {
  const [, , , , , , , , , , , user, system] =
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) /)[1]?.split(' ') ?? [];
  return (Number(user) + Number(system)) / 100;
}
