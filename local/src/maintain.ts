import { join } from 'node:path';
import { systemClock } from './core/clock';
import { damagedBodies, removeDamagedBodies } from './services/s3/body/verify';
import { identityOf, makeDataDir } from './store/data-dir';
import { lockDataDir } from './store/data-dir-lock';
import { formatDamage, inspectDataDir } from './store/inspect';
import { repairDataDir, repairFormat } from './store/repair';
import { Store } from './store/store';

/**
 * Checks everything in a data directory, objects' bodies included, without an endpoint running.
 * @returns the damage, one line each @throws DataDirInUse, UnusableDataDir
 */
export function checkDataDir(dataDir: string): Promise<string[]> {
  return alone(dataDir, async () => {
    const id = identityOf(dataDir);
    const damage = id === undefined ? [formatDamage(dataDir)] : inspectDataDir(dataDir, id);
    const lines = damage.map(({ path, problem }) => `${path} ${problem}`);
    if (lines.length > 0) return lines;
    return withStore(dataDir, async (store) => {
      for await (const { path, problem } of damagedBodies(store, dataDir)) lines.push(`${path} ${problem}`);
      return lines;
    });
  });
}

/**
 * Repairs a damaged data directory: keeps a copy of the damaged files, and continues with the readable data.
 * @returns damage and repairs, one line each; empty without damage @throws DataDirInUse, UnusableDataDir
 */
export function repair(dataDir: string): Promise<string[]> {
  return alone(dataDir, async () => {
    const lines: string[] = [];
    let id = identityOf(dataDir);
    if (id === undefined) {
      id = repairFormat(dataDir);
      lines.push(`${formatDamage(dataDir).path} is damaged, and was written anew`);
    }
    const now = systemClock.now();
    const done = await repairDataDir(dataDir, id, now);
    lines.push(...done.lines);
    const kept = await withStore(dataDir, (store) => removeDamagedBodies(store, dataDir, now, lines));
    for (const folder of new Set([done.kept, kept]))
      if (folder !== undefined) lines.push(`The damaged files are kept in ${folder}`);
    return lines;
  });
}

async function alone<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  makeDataDir(dataDir);
  const lock = await lockDataDir(dataDir);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function withStore<T>(dataDir: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = new Store(join(dataDir, 'metadata'));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
