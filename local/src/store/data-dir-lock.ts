import { createHash } from 'node:crypto';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What POSIX systems take as a socket's path. */
const MOST_PATH_BYTES = 100;
/** From a socket's bind to its listening take microseconds; whoever sees it in between looks again after this. */
const SETTLE_MS = 10;
const BEAT_MS = 5_000;
/** An owner on another kernel, whose sockets can't be reached, is taken for dead after this. */
const STALE_MS = 3 * BEAT_MS;
const SOCKET = /^lock-(\d{1,9})$/;

/** The data directory belongs to another endpoint that runs. */
export class DataDirInUse extends Error {
  constructor(dataDir: string, pid: number | undefined) {
    const owner = pid === undefined ? 'another endpoint' : `the endpoint with process id ${pid}`;
    super(`The data directory ${dataDir} is in use by ${owner}: stop that, or choose another with --data-dir.`);
  }
}

/** A held lock. */
export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only one on a data directory, until `release` or its end, however that comes: a socket in the
 * directory, which the kernel closes with the process, whatever path, mount or container the directory is reached by.
 * Of processes on different kernels, such as of a virtual machine that shares the folder, the later one sees that the
 * owner's file is kept fresh.
 * @throws DataDirInUse
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const ownerFile = join(dataDir, 'owner.json');
  const pid = ownerElsewhere(dataDir, ownerFile);
  if (pid !== undefined) throw new DataDirInUse(dataDir, pid);
  const release = (await lockBySocket(dataDir)) ?? (await lockByName(dataDir));
  if (release === undefined) throw new DataDirInUse(dataDir, readOwner(ownerFile)?.pid);
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, kernel: kernelId() }));
  const beat = setInterval(() => keepFresh(ownerFile), BEAT_MS);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      rmSync(ownerFile, { force: true });
      await release();
    },
  };
}

type Release = () => Promise<void>;

/** @returns undefined if the directory's file system has no sockets, or its path is too long. @throws DataDirInUse */
async function lockBySocket(dataDir: string): Promise<Release | undefined> {
  if (process.platform === 'win32') return undefined;
  const folder = openFolder(dataDir);
  if (folder === undefined) return undefined;
  const inUse = () => {
    folder.close();
    return new DataDirInUse(dataDir, readOwner(join(dataDir, 'owner.json'))?.pid);
  };
  for (;;) {
    const present = socketsIn(dataDir);
    if (await anyAlive(folder.path, present)) throw inUse();
    const own = Math.max(0, ...present) + 1;
    const server = await bind(join(folder.path, `lock-${own}`)).catch(() => 'unsupported' as const);
    if (server === 'unsupported') {
      folder.close();
      return undefined;
    }
    // Another one has just taken this name: it is alive.
    if (server === undefined) continue;
    await sleep(SETTLE_MS);
    // Of two that start at once the one that came first has the lower name, and stays.
    const earlier = socketsIn(dataDir).filter((name) => name < own);
    if (await anyAlive(folder.path, earlier)) {
      await closeServer(server);
      throw inUse();
    }
    for (const name of earlier) rmSync(join(dataDir, `lock-${name}`), { force: true });
    return async () => {
      await closeServer(server);
      folder.close();
    };
  }
}

/** A short path to the directory, however long its own is. */
function openFolder(dataDir: string): { path: string; close(): void } | undefined {
  const path = realpathSync(dataDir);
  if (Buffer.byteLength(path) + 16 < MOST_PATH_BYTES) return { path, close: () => {} };
  if (process.platform !== 'linux') return undefined;
  const folder = openSync(path, 'r');
  return { path: `/proc/self/fd/${folder}`, close: () => closeSync(folder) };
}

function socketsIn(dataDir: string): number[] {
  return readdirSync(dataDir)
    .flatMap((name) => SOCKET.exec(name)?.[1] ?? [])
    .map(Number);
}

async function anyAlive(folder: string, names: readonly number[]): Promise<boolean> {
  const alive = await Promise.all(names.map((name) => isListening(join(folder, `lock-${name}`))));
  return alive.includes(true);
}

// Where a folder can hold no sockets: a name for the path, which the system frees with the process on Linux and Windows.
async function lockByName(dataDir: string): Promise<Release | undefined> {
  const name = `lakehouse-local-${createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 32)}`;
  const server = await bindName(name);
  return server && (() => closeServer(server));
}

async function bindName(name: string): Promise<Server | undefined> {
  if (process.platform === 'linux') return bind(`\0${name}`);
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
  const first = await bind(path);
  if (first !== undefined || process.platform === 'win32' || (await isListening(path))) return first;
  rmSync(path, { force: true });
  return bind(path);
}

/** @returns undefined if the name is taken. */
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

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
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

interface Owner {
  readonly pid: number;
  /** Tells kernels apart: sockets reach no further. */
  readonly kernel: string;
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** Process id of an owner on another kernel that keeps its file fresh, by the clock of the file system. */
function ownerElsewhere(dataDir: string, file: string): number | undefined {
  const owner = readOwner(file);
  if (owner === undefined || owner.kernel === kernelId()) return undefined;
  const probe = join(dataDir, `.now-${process.pid}`);
  writeFileSync(probe, '');
  const now = statSync(probe).mtimeMs;
  rmSync(probe);
  return now - statSync(file).mtimeMs < STALE_MS ? owner.pid : undefined;
}

function keepFresh(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The directory was removed under a running endpoint: nothing is left to keep for it.
  }
}

function kernelId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}
