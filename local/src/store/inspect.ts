import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openChecksummed } from './checksummed';
import { belongingsOf, UnusableDataDir } from './data-dir';
import { inspectJournal, JOURNAL_FOLDER } from './journal/journal';
import { readMetadata } from './metadata/check';
import { inspectLog } from './record-log/inspect';

/** Something in a data directory that isn't what was written there. */
export interface Damage {
  readonly path: string;
  /** The end of a sentence about it. */
  readonly problem: string;
  /** What has to be mended: the part of the directory that it is in. */
  readonly part: 'metadata' | 'log' | 'identity' | 'file' | 'journal';
  /** Of a log: its folder. */
  readonly folder?: string;
  /** Of a journal: how many of the file's bytes are readable. */
  readonly size?: number;
}

/** A data directory with damage. The endpoint doesn't start on it: it would take what is missing for what never was. */
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

/** Of the file that says which version and directory it is. */
export function formatDamage(dataDir: string): Damage {
  return { path: join(dataDir, 'format.json'), problem: 'is damaged', part: 'identity' };
}

const MOST_SHOWN = 20;
const METADATA = 'metadata/data.mdb';

/**
 * Reads metadata, records and small files of a data directory through, at about a gigabyte a second; bodies of objects
 * are checked when they are read.
 * @param id identity of the directory.
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
    // A structured clone of a text: the text is in it as it is.
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

/** Folders of logs, wherever below `streams/`. */
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
