import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

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
  const pid = child.pid as number;
  return { url, pid, kill: () => stopServer(child, 'SIGKILL'), stop: () => stopServer(child) };
}

/**
 * Starts a built server of this repo in the project's folder, and waits until it listens.
 * @param script its path in the project, such as `console/dist/server/cli.js`
 */
export async function startServer(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ child: ChildProcess; url: string }> {
  const command = [join(PROJECT, script), ...args];
  const child = spawn(process.execPath, command, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, url: await listeningUrl(child) };
}

/** Ends a server, and waits until it is gone. */
export async function stopServer(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** Waits for the line that names a server's address. @throws with what it said if it ends before */
function listeningUrl(child: ChildProcess): Promise<string> {
  let said = '';
  let url: string | undefined;
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      if (url !== undefined) return;
      said += chunk;
      url = /Listening on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened:\n${said}`)));
  });
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
