import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './core/clock';
import { Cloud, type CloudOptions } from './core/cloud';
import { Dispatcher } from './http/dispatch';
import { services } from './services';
import { identityOf, makeDataDir, writeBelongings } from './store/data-dir';
import { DataDirDamaged, formatDamage, inspectDataDir } from './store/inspect';
import { Store } from './store/store';

/** All services on a data directory. */
export interface Backend {
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/** Opens the services on a data directory. @throws DataDirDamaged */
export async function openBackend(options: CloudOptions, clock: Clock): Promise<Backend> {
  makeDataDir(options.dataDir);
  const store = await openStore(options.dataDir);
  const cloud = new Cloud(store, clock, options, services);
  const close = async () => {
    try {
      await cloud.close();
    } finally {
      await store.close();
    }
  };
  try {
    await cloud.start();
    return { dispatcher: new Dispatcher(cloud, options.log), close };
  } catch (error) {
    await close().catch((problem: unknown) => options.log(`closing what had started failed: ${problem}`));
    throw error;
  }
}

/** Removes all state from a data directory that this process has locked; the lock stays. */
export function emptyDataDir(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!/^(owner\.json|lock-|\.)/.test(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}

/** Opens a store that has been checked. */
async function openStore(dataDir: string): Promise<Store> {
  const id = identityOf(dataDir);
  const damage = id === undefined ? [formatDamage(dataDir)] : inspectDataDir(dataDir, id);
  if (id === undefined || damage.length > 0) throw new DataDirDamaged(dataDir, damage);
  const store = new Store(join(dataDir, 'metadata'));
  try {
    if (store.identity === undefined) await store.setIdentity(id);
    writeBelongings(dataDir, id);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
