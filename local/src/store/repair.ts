import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { belongingsOf, writeBelongings, writeFormat } from './data-dir';
import { inspectDataDir } from './inspect';
import { readMetadata } from './metadata/check';
import { salvageMetadata } from './metadata/repair';
import { repairLog } from './record-log/repair';
import { Store } from './store';

/** Report of a repair, one line each. */
export interface Repair {
  /** Folder with the damaged files, unchanged; undefined without damage. */
  readonly kept?: string;
  readonly lines: readonly string[];
}

/**
 * Repairs a damaged data directory: keeps the damaged files, continues with the readable data, and reports what is
 * lost. No name or number of lost data is assigned again.
 * @param id identity of the directory, by {@link identityOf}
 */
export async function repairDataDir(dataDir: string, id: string, now: number): Promise<Repair> {
  const damage = inspectDataDir(dataDir, id);
  if (damage.length === 0) return { lines: [] };
  const kept = join(dataDir, `damaged-${new Date(now).toISOString().replaceAll(':', '-')}`);
  mkdirSync(kept, { recursive: true });
  const lines = damage.map(({ path, problem }) => `${path} ${problem}`);
  if (damage.some(({ part }) => part === 'metadata')) lines.push(...(await repairMetadata(dataDir, kept)));
  for (const { path } of damage.filter(({ part }) => part === 'identity')) {
    renameSync(path, join(kept, basename(path)));
    lines.push(`${path} was moved away`);
  }
  for (const { path } of damage.filter(({ part }) => part === 'file')) {
    mkdirSync(join(kept, relative(dataDir, dirname(path))), { recursive: true });
    renameSync(path, join(kept, relative(dataDir, path)));
    lines.push(`${path} was moved away: what it was for is lost`);
  }
  for (const { path, size } of damage.filter(({ part }) => part === 'journal')) {
    mkdirSync(join(kept, relative(dataDir, dirname(path))), { recursive: true });
    copyFileSync(path, join(kept, relative(dataDir, path)));
    truncateSync(path, size);
    lines.push(`${path} ends before the damage`);
  }
  for (const folder of new Set(damage.flatMap((each) => each.folder ?? []))) {
    if (!existsSync(folder)) continue;
    await repairLog(folder, join(kept, relative(dataDir, folder)), now);
    lines.push(`${folder} goes on behind the gap, with numbers that were never given`);
  }
  const store = new Store(join(dataDir, 'metadata'));
  await store.setIdentity(id);
  await store.close();
  writeBelongings(dataDir, id);
  return { kept, lines };
}

async function repairMetadata(dataDir: string, kept: string): Promise<string[]> {
  const folder = join(dataDir, 'metadata');
  const path = join(folder, 'data.mdb');
  if (!existsSync(path)) return [`${path} can't be made anew: nothing of it is left`];
  mkdirSync(join(kept, 'metadata'));
  copyFileSync(path, join(kept, 'metadata', 'data.mdb'));
  // LMDB takes a name with a dot for a file's.
  const made = join(dataDir, 'metadata-repaired');
  const { entries } = await salvageMetadata(path, made);
  rmSync(folder, { recursive: true });
  renameSync(made, folder);
  return [...entries].sort().map(([table, count]) => `${path}: ${count} entries of ${table} are readable`);
}

/**
 * Rewrites the directory's version and identity if their file is damaged: they are taken from the data folders.
 * @returns the identity
 */
export function repairFormat(dataDir: string): string {
  const format = join(dataDir, 'format.json');
  if (existsSync(format)) copyFileSync(format, `${format}.damaged`);
  return writeFormat(
    dataDir,
    belongingsOf(dataDir).find(({ id }) => id !== undefined)?.id ?? identityInMetadata(dataDir),
  );
}

function identityInMetadata(dataDir: string): string | undefined {
  const path = join(dataDir, 'metadata', 'data.mdb');
  let identity: string | undefined;
  if (!existsSync(path)) return undefined;
  readMetadata(path, ({ table, value }) => {
    if (table === 'store.identity') identity = /[0-9a-f-]{36}/.exec(value.toString('latin1'))?.[0];
  });
  return identity;
}
