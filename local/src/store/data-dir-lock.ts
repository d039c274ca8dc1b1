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

/** Longest path of a socket on POSIX systems. */
const MOST_PATH_BYTES = 100;
/**
 * Milliseconds before a socket is tried again: its owner seems dead in the microseconds between bind and listen.
 */
const SETTLE_MS = 10;
const BEAT_MS = 5_000;
/** Age at which the file of an owner on another kernel, whose sockets can't be reached, counts as abandoned. */
const STALE_MS = 3 * BEAT_MS;
const SOCKET = /^lock-(\d{1,9})$/;

/** Another running endpoint has the data directory. */
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
 * Locks a data directory for this process, until `release` or the process's end, even by a kill: by a socket in the
 * directory, which the kernel closes with the process, whichever path, mount or container reaches the directory.
 * Processes on different kernels, such as in a virtual machine with a shared folder, see instead that the owner keeps
 * its file fresh.
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

/** @returns undefined if the directory's file system has no sockets, or its path is too long @throws DataDirInUse */
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
    // A name that is taken belongs to a live process: try the next one.
    if (server === undefined) continue;
    await sleep(SETTLE_MS);
    // Of two simultaneous starts, the one with the lower name stays.
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

/** A short path to the directory, for socket addresses. */
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

// A socket named by the path's hash, for folders that can't hold sockets. Linux and Windows free the name when the
// process ends.
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

/** @returns undefined if the name is taken */
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
  /** Identifies the kernel: sockets don't reach others. */
  readonly kernel: string;
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** Process id of an owner on another kernel that keeps its file fresh, by the file system's clock. */
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
    // The directory was removed under a running endpoint: no lock is needed any more.
  }
}

function kernelId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}
