import { join } from 'node:path';
import { type Clock, systemClock } from './core/clock';
import { Cloud } from './core/cloud';
import { Dispatcher } from './http/dispatch';
import { listen } from './http/server';
import { services } from './services';
import { identityOf, makeDataDir, UnusableDataDir, writeBelongings } from './store/data-dir';
import { lockDataDir } from './store/data-dir-lock';
import { DataDirDamaged, formatDamage, inspectDataDir } from './store/inspect';
import { Store } from './store/store';

export type { Clock } from './core/clock';
export { UnusableDataDir } from './store/data-dir';
export { DataDirInUse } from './store/data-dir-lock';
export { DataDirDamaged } from './store/inspect';

/** How {@link startLocal} runs an endpoint. */
export interface LocalOptions {
  /** Port on 127.0.0.1; 0 for any free one. @default 4566 */
  readonly port?: number;
  /** Folder of all state: metadata, stream records, objects. Made if missing; one process at a time. */
  readonly dataDir: string;
  /** Whether Kinesis refuses what is over a shard's rates, as AWS does. @default true */
  readonly enforceLimits?: boolean;
  /** Told of faults and refused requests, a line each. @default stderr */
  readonly log?: (line: string) => void;
  /** @default the system's */
  readonly clock?: Clock;
}

/** A running endpoint. */
export interface LocalEndpoint {
  readonly port: number;
  /** What `AWS_ENDPOINT_URL` is to be set to, such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** Finishes requests and background work, writes everything down, frees the port. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Starts the endpoint. What it acknowledges is in `dataDir` and there again at the next start.
 * @throws an error with code EADDRINUSE if the port is taken, {@link DataDirInUse} if the data directory is,
 * {@link UnusableDataDir} if that is of another version or can't be written to, {@link DataDirDamaged} if it is damaged.
 */
export async function startLocal(options: LocalOptions): Promise<LocalEndpoint> {
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  makeDataDir(options.dataDir);
  const lock = await lockDataDir(options.dataDir);
  // What is open, in the order in which it was opened; it is closed the other way round, all of it if one part fails.
  const opened: (() => Promise<void>)[] = [() => lock.release()];
  const shutDown = async () => {
    const problems: unknown[] = [];
    while (opened.length > 0)
      await opened
        .pop()?.()
        .catch((error: unknown) => problems.push(error));
    if (problems.length > 0) throw problems[0];
  };
  try {
    const store = await openStore(options.dataDir);
    opened.push(() => store.close());
    let address: string | undefined;
    const cloud = new Cloud(
      store,
      options.clock ?? systemClock,
      { dataDir: options.dataDir, enforceLimits: options.enforceLimits ?? true, log, address: () => address },
      services,
    );
    opened.push(() => cloud.close());
    await cloud.start();
    const dispatcher = new Dispatcher(cloud, log);
    const listener = await listen(dispatcher, options.port ?? 4566, log);
    opened.push(() => listener.close());
    address = `http://127.0.0.1:${listener.port}`;
    return { port: listener.port, url: address, close: shutDown };
  } catch (error) {
    await shutDown().catch((problem: unknown) => log(`closing what had started failed: ${problem}`));
    throw error;
  }
}

/** Opens what is known to be whole. */
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
