import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * Version of everything below a data directory. A change that makes older files unreadable raises it; a directory of
 * another version is refused.
 */
export const FORMAT = 1;
const FORMAT_FILE = 'format.json';
/** Folders of data besides the metadata; each has a file with the identity of its metadata. */
export const DATA_FOLDERS = ['streams', 's3'] as const;
/** Files of the lock. */
const OWN_FILES = /^(?:lock-\d+|owner\.json|\.now-\d+|\.probe-\d+)$/;
const IDENTITY_FILE = '.belongs-to';

/** A data directory that can't be used as it is; the message says what to do. */
export class UnusableDataDir extends Error {}

/** Creates a data directory. @throws UnusableDataDir if the system refuses to create it or to write to it */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolders(resolve(dataDir));
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, dataDir);
  }
}

/** Creates folders one by one: a recursive call reports every refusal as ENOENT. */
function makeFolders(path: string): void {
  if (!existsSync(dirname(path))) makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

/**
 * The identity of a locked directory; an empty one gets a new identity.
 * @returns undefined if the file of the identity is damaged
 * @throws UnusableDataDir if the directory is of another version, or not an endpoint's
 */
export function identityOf(dataDir: string): string | undefined {
  const path = join(dataDir, FORMAT_FILE);
  if (!existsSync(path)) {
    const others = readdirSync(dataDir).filter((name) => !OWN_FILES.test(name));
    if (others.length === 0) return writeFormat(dataDir);
    throw new UnusableDataDir(
      others.includes('metadata')
        ? `The data directory ${dataDir} was made by an earlier version, before formats had numbers; this one reads format ${FORMAT}: choose another with --data-dir, or remove it to start anew.`
        : `The folder ${dataDir} is no data directory of the endpoint, and it isn't empty: choose another with --data-dir.`,
    );
  }
  const { format, id, checksum } = parse(readFileSync(path, 'utf8'));
  if (typeof id !== 'string' || typeof format !== 'number' || checksum !== checksumOf(`${format} ${id}`))
    return undefined;
  if (format === FORMAT) return id;
  const age = format > FORMAT ? 'a later' : 'an earlier';
  throw new UnusableDataDir(
    `The data directory ${dataDir} was made by ${age} version, in format ${format}; this one reads format ${FORMAT}: choose another with --data-dir.`,
  );
}

/** Writes the directory's version and identity. @param id @default a new one */
export function writeFormat(dataDir: string, id: string = randomUUID(), format = FORMAT): string {
  const checksum = checksumOf(`${format} ${id}`);
  writeFileSync(join(dataDir, FORMAT_FILE), `${JSON.stringify({ format, id, checksum })}\n`);
  return id;
}

/** A data folder's record of the metadata that it belongs to. */
export interface Belonging {
  /** Absolute. */
  readonly folder: string;
  /** Undefined if the record is unreadable; it is then rewritten. */
  readonly id: string | undefined;
}

/** Data folders with a record. */
export function belongingsOf(dataDir: string): Belonging[] {
  return DATA_FOLDERS.map((name) => join(dataDir, name)).flatMap((folder) => {
    const path = join(folder, IDENTITY_FILE);
    if (!existsSync(path)) return [];
    const [id = '', checksum] = readFileSync(path, 'utf8').trim().split(' ');
    return [{ folder, id: checksum === checksumOf(id) ? id : undefined }];
  });
}

/** Writes the record of each data folder. */
export function writeBelongings(dataDir: string, id: string): void {
  for (const folder of DATA_FOLDERS) mkdirSync(join(dataDir, folder), { recursive: true });
  const right = new Set(belongingsOf(dataDir).flatMap((each) => (each.id === id ? [each.folder] : [])));
  for (const folder of DATA_FOLDERS.map((name) => join(dataDir, name)))
    if (!right.has(folder)) writeFileSync(join(folder, IDENTITY_FILE), `${id} ${checksumOf(id)}\n`);
}

const checksumOf = (text: string): string => crc32(Buffer.from(text)).toString(16);

function parse(text: string): { format?: unknown; id?: unknown; checksum?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'is on a file system that is read-only',
  EACCES: 'may not be written to by this user',
  EPERM: 'may not be written to by this user',
  ENOTDIR: 'is below something that is no folder',
  EEXIST: 'is no folder',
  ENOSPC: 'is on a disk that is full',
  EDQUOT: 'is on a disk whose quota is used up',
};

function explain(error: NodeJS.ErrnoException, dataDir: string): Error {
  const reason = REASONS[error.code ?? ''];
  if (reason === undefined) return error;
  return new UnusableDataDir(`The data directory ${dataDir} ${reason}: choose another with --data-dir.`);
}
