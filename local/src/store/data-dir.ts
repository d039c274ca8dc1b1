import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Version of everything below a data directory. A change that makes older files unreadable raises it; a directory of
 * another version is refused.
 */
export const FORMAT = 1;
const FORMAT_FILE = 'format.json';
/** Folders of data besides the metadata; each says in a file which metadata it belongs to. */
export const DATA_FOLDERS = ['streams', 's3'] as const;
/** Of the lock. */
const OWN_FILES = /^(?:lock-\d+|owner\.json|\.now-\d+|\.probe-\d+)$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const IDENTITY_FILE = '.belongs-to';

/** Why a data directory can't be used as it is; the message says what to do. */
export class UnusableDataDir extends Error {}

/** Makes a data directory. @throws UnusableDataDir if the system doesn't let it, or not write to it. */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, dataDir);
  }
}

/**
 * The identity of a directory that this process has locked; one that is empty gets it now.
 * @returns undefined if what says it is damaged.
 * @throws UnusableDataDir if the directory is of another version, or none of the endpoint's.
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
  const { format, id } = parse(readFileSync(path, 'utf8'));
  if (typeof id !== 'string' || !UUID.test(id) || typeof format !== 'number') return undefined;
  if (format === FORMAT) return id;
  const age = format > FORMAT ? 'a later' : 'an earlier';
  throw new UnusableDataDir(
    `The data directory ${dataDir} was made by ${age} version, in format ${format}; this one reads format ${FORMAT}: choose another with --data-dir.`,
  );
}

/** Writes the directory's version and identity. @param id a new one unless given */
export function writeFormat(dataDir: string, id: string = randomUUID()): string {
  writeFileSync(join(dataDir, FORMAT_FILE), `${JSON.stringify({ format: FORMAT, id })}\n`);
  return id;
}

/** The identities that the folders of data say they belong to, as far as they are there. */
export function identitiesOf(dataDir: string): { folder: string; id: string | undefined }[] {
  return DATA_FOLDERS.filter((folder) => existsSync(join(dataDir, folder))).map((folder) => {
    const path = join(dataDir, folder, IDENTITY_FILE);
    return { folder: join(dataDir, folder), id: existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined };
  });
}

/** Notes in each folder of data whose it is. */
export function writeIdentities(dataDir: string, id: string): void {
  for (const folder of DATA_FOLDERS) {
    mkdirSync(join(dataDir, folder), { recursive: true });
    const path = join(dataDir, folder, IDENTITY_FILE);
    if (!existsSync(path) || readFileSync(path, 'utf8').trim() !== id) writeFileSync(path, `${id}\n`);
  }
}

function parse(text: string): { format?: unknown; id?: unknown } {
  try {
    return (JSON.parse(text) as { format?: unknown; id?: unknown } | null) ?? {};
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
};

function explain(error: NodeJS.ErrnoException, dataDir: string): Error {
  const reason = REASONS[error.code ?? ''];
  if (reason === undefined) return error;
  return new UnusableDataDir(`The data directory ${dataDir} ${reason}: choose another with --data-dir.`);
}
