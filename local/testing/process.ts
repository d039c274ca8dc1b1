import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Path of the built command. */
export const CLI = resolve(__dirname, '../dist/cli.js');

/** An endpoint in its own process, which a test may kill. */
export interface EndpointProcess {
  readonly url: string;
  readonly pid: number;
  /** Kills it with SIGKILL, as a crash would: it can write nothing more. */
  kill(): Promise<void>;
  /** Ends it with SIGTERM, as a user would. */
  stop(): Promise<void>;
}

/**
 * Starts the built command on any free port, and waits until it listens.
 * @param args further options
 * @param limits options of `ulimit`: with `-f 2048`, files have at most 2 MB, and further writes fail as on a full disk;
 * with `-n 256`, it has at most so many open files. @default the test's own limits
 * @param stderr receives its stderr. @default the test's own stderr
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

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
