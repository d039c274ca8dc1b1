import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** A server that the demo runs: the embedded endpoint or the console. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  /** Ends the process and waits for its exit. */
  readonly stop: () => Promise<void>;
  /** Lets the process outlive this one. */
  readonly release: () => void;
}

const START_MS = 30_000;
const STOP_MS = 5000;

/** Starts the embedded endpoint, its data in the folder. */
export function startEndpoint(projectDir: string, folder: string, env: NodeJS.ProcessEnv): Promise<Server> {
  const cli = path.join(projectDir, 'local', 'dist', 'cli.js');
  return startServer('endpoint', cli, ['--data-dir', path.join(folder, 'data')], folder, env);
}

/** Starts the console on the outputs file in the folder. */
export function startConsole(projectDir: string, folder: string, env: NodeJS.ProcessEnv): Promise<Server> {
  const cli = path.join(projectDir, 'console', 'dist', 'server', 'cli.js');
  return startServer('console', cli, ['--outputs', path.join(folder, 'outputs.json')], folder, env);
}

/**
 * Starts a command on a free port and waits until it prints its address. Its output goes to a file, so that it can
 * outlive this process; its own process group keeps Ctrl-C from ending it first.
 */
async function startServer(
  name: string,
  cli: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Server> {
  if (!fs.existsSync(cli))
    throw new ToolError(`the ${name} is not built: run "npm run build" first.`, ExitCode.prerequisite);
  const logFile = path.join(folder, `${name}.log`);
  const log = fs.openSync(logFile, 'w');
  const child = spawn(process.execPath, [cli, '--port', '0', ...args], {
    env,
    detached: true,
    // No console window: Windows opens one for a process of its own group.
    windowsHide: true,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = () => stopProcess(child, gone);
  const url = await listening(name, child, logFile).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, pid: child.pid ?? 0, logFile, stop, release: () => child.unref() };
}

async function listening(name: string, child: ChildProcess, logFile: string): Promise<string> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const url = /Listening on (http:\/\/[^\s"]+)/.exec(fs.readFileSync(logFile, 'utf8'))?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null || child.signalCode !== null) break;
    await sleep(50);
  }
  const said = fs.readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new ToolError(`the ${name} didn't start: ${said === '' ? 'it said nothing' : said}`);
}

async function stopProcess(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}
