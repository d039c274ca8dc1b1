import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalEndpoint, type LocalOptions, startLocal } from '../src';

/** An endpoint for tests: free port, its own data directory, and what an SDK client needs to reach it. */
export interface TestEndpoint {
  readonly dataDir: string;
  /** Faults that the endpoint logged; empty after a good test. */
  readonly faults: string[];
  readonly url: string;
  /** Settings for `new AnyClient(config)`; the second attempt is for sockets that a restart has closed. */
  readonly config: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** Stops and starts again on the same data directory and port, as after a reboot. */
  restart(): Promise<void>;
  /** Stops and removes the data directory. */
  close(): Promise<void>;
}

/** Starts an endpoint on port 0 with a fresh data directory. */
export async function startTestEndpoint(
  options: Partial<Omit<LocalOptions, 'port' | 'dataDir' | 'log'>> = {},
): Promise<TestEndpoint> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-test-'));
  const faults: string[] = [];
  const start = (port: number): Promise<LocalEndpoint> =>
    startLocal({ ...options, port, dataDir, log: (line) => faults.push(line) });
  let running = await start(0);
  return {
    dataDir,
    faults,
    url: running.url,
    config: {
      endpoint: running.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 2,
    },
    restart: async () => {
      const { port } = running;
      await running.close();
      running = await start(port);
    },
    close: async () => {
      await running.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A clock that stands still until it is told to move. */
export class TestClock {
  private elapsed = 0;

  constructor(private time = Date.parse('2026-01-15T12:00:00Z')) {}

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.elapsed;
  }

  /** @param ms how far to move on; below 0 the clock is set back, and time goes on all the same. */
  advance(ms: number): void {
    this.time += ms;
    this.elapsed += Math.max(0, ms);
  }
}

/** Waits until `probe` gives something. @param timeoutMs then the last failure is thrown. @default 10000 */
export async function eventually<T>(probe: () => Promise<T | undefined | false>, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Nothing came within ${timeoutMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
