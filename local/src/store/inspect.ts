import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openChecksummed } from './checksummed';
import { belongingsOf, UnusableDataDir } from './data-dir';
import { inspectJournal, JOURNAL_FOLDER } from './journal/journal';
import { readMetadata } from './metadata/check';
import { inspectLog } from './record-log/inspect';

/** Damage in a data directory: content that differs from what was written. */
export interface Damage {
  readonly path: string;
  /** End of a sentence about the file. */
  readonly problem: string;
  /** Part of the directory that has to be repaired. */
  readonly part: 'metadata' | 'log' | 'identity' | 'file' | 'journal';
  /** Folder, for a log. */
  readonly folder?: string;
  /** Readable bytes of the file, for a journal. */
  readonly size?: number;
}

/** A data directory with damage. The endpoint refuses to start on it: it would treat lost data as never written. */
export class DataDirDamaged extends UnusableDataDir {
  constructor(dataDir: string, damage: readonly Damage[]) {
    const lines = damage.slice(0, MOST_SHOWN).map(({ path, problem }) => `  ${path} ${problem}`);
    if (damage.length > MOST_SHOWN) lines.push(`  and ${damage.length - MOST_SHOWN} more`);
    super(
      `The data directory ${dataDir} is damaged:\n${lines.join('\n')}\n` +
        'Nothing was changed. Start once with --repair to keep a copy of the damaged files and go on with what is readable.',
    );
  }
}

/** Damage of the file with the directory's version and identity. */
export function formatDamage(dataDir: string): Damage {
  return { path: join(dataDir, 'format.json'), problem: 'is damaged', part: 'identity' };
}

const MOST_SHOWN = 20;
const METADATA = 'metadata/data.mdb';

/**
 * Checks metadata, records and small files of a data directory, at about a gigabyte a second; objects' bodies are
 * checked when they are read.
 * @param id identity of the directory
 */
export function inspectDataDir(dataDir: string, id: string): Damage[] {
  const found = [...inspectMetadata(dataDir, id), ...inspectIdentities(dataDir, id)];
  for (const folder of logFolders(dataDir)) {
    for (const { path, problem } of inspectLog(folder)) found.push({ path, problem, part: 'log', folder });
  }
  for (const damage of inspectJournal(join(dataDir, JOURNAL_FOLDER))) found.push({ ...damage, part: 'journal' });
  return [...found, ...inspectChecksummed(join(dataDir, 'kms'))];
}

function inspectMetadata(dataDir: string, id: string): Damage[] {
  const path = join(dataDir, METADATA);
  const damage = (problem: string): Damage => ({ path, problem, part: 'metadata' });
  if (!existsSync(path)) {
    const owned = belongingsOf(dataDir).length > 0;
    return owned ? [damage('is missing, though there is data that it belongs to')] : [];
  }
  let identity: string | undefined;
  const { problems } = readMetadata(path, ({ table, value }) => {
    // A structured clone of a string contains the text verbatim.
    if (table === 'store.identity') identity = value.toString('latin1');
  });
  if (problems.length > 0) return [damage(`is damaged: ${problems.slice(0, 3).join('; ')}`)];
  if (identity === undefined && belongingsOf(dataDir).length > 0)
    return [damage('is new, though there is data that it should know of')];
  if (identity !== undefined && !identity.includes(id)) return [damage('belongs to another data directory')];
  return [];
}

function inspectIdentities(dataDir: string, id: string): Damage[] {
  return belongingsOf(dataDir)
    .filter((each) => each.id !== undefined && each.id !== id)
    .map(({ folder }) => ({ path: folder, problem: 'belongs to another data directory', part: 'identity' }));
}

/** Folders of logs at any depth below `streams/`. */
export function logFolders(dataDir: string): string[] {
  const root = join(dataDir, 'streams');
  if (!existsSync(root)) return [];
  const files = readdirSync(root, { withFileTypes: true, recursive: true });
  const folders = files.filter((file) => file.isFile() && /^(?:acknowledged|.*\.log)$/.test(file.name));
  return [...new Set(folders.map((file) => file.parentPath))].sort();
}

function inspectChecksummed(folder: string): Damage[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.key'))
    .map((name) => join(folder, name))
    .filter((path) => openChecksummed(readFileSync(path)) === undefined)
    .map((path) => ({ path, problem: 'is damaged', part: 'file' }));
}
