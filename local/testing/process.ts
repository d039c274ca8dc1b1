import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The command of the built package, as a user starts it. */
export const CLI = resolve(__dirname, '../dist/cli.js');

/** An endpoint in a process of its own, which a test may kill. */
export interface EndpointProcess {
  readonly url: string;
  readonly pid: number;
  /** Ends it as a crash does: no chance to write anything down. */
  kill(): Promise<void>;
  /** Ends it as a user does. */
  stop(): Promise<void>;
}

/**
 * Starts the built command on any free port, and waits until it listens.
 * @param args further options.
 * @param limits what the operating system lets it have, as `ulimit` takes it: `-f 2048` are files of at most 2 MB, beyond
 * which a write fails as on a full disk, `-n 256` are so many open files. @default the test's own
 * @param stderr told of what it says there. @default the test's own
 */
export async function startProcess(
  dataDir: string,
  args: readonly string[] = [],
  limits?: string,
  stderr?: (text: string) => void,
): Promise<EndpointProcess> {
  const command = [process.execPath, CLI, '--port', '0', '--data-dir', dataDir, ...args];
  const limit = limits === undefined ? '' : `ulimit ${limits} && `;
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...command], {
    stdio: ['ignore', 'pipe', stderr !== undefined ? 'pipe' : limits === undefined ? 'inherit' : 'ignore'],
  });
  child.stderr?.on('data', (text: Buffer) => stderr?.(text.toString()));
  const url = await listeningUrl(child);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return { url, pid: child.pid as number, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`The endpoint ended with ${code} before it listened.`);
  });
  const line = once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  const [text] = (await Promise.race([line, exit])) as [string];
  exit.catch(() => {});
  const url = /http:\S+/.exec(text)?.[0];
  if (url === undefined) throw new Error(`The endpoint said: ${text}`);
  return url;
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
