import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The data directory belongs to another endpoint that runs. */
export class DataDirInUse extends Error {
  constructor(dataDir: string, pid: string | undefined) {
    const owner = pid === undefined ? 'another endpoint' : `the endpoint with process id ${pid}`;
    super(`The data directory ${dataDir} is in use by ${owner}: stop that, or choose another with --data-dir.`);
  }
}

/**
 * Makes this process the only one on a data directory, until `release` or its end, however that comes: a local socket
 * whose name stands for the directory, which the operating system frees with the process. Processes that don't share
 * a kernel, on a network file system, are not kept apart.
 * @throws DataDirInUse
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  const name = `lakehouse-local-${createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 32)}`;
  const pidFile = join(dataDir, 'pid');
  const server = await (process.platform === 'linux' ? bind(`\0${name}`) : bindFile(name));
  if (server === undefined) throw new DataDirInUse(dataDir, readPid(pidFile));
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function bind(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

// Beyond Linux the name is a file (a named pipe on Windows), which a killed process leaves behind.
async function bindFile(name: string): Promise<Server | undefined> {
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
  const first = await bind(path);
  if (first !== undefined || process.platform === 'win32' || (await isListening(path))) return first;
  unlinkSync(path);
  return bind(path);
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function readPid(pidFile: string): string | undefined {
  try {
    return readFileSync(pidFile, 'utf8').trim();
  } catch {
    return undefined;
  }
}
