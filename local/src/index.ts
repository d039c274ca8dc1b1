import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, emptyDataDir, openBackend } from './backend';
import { type Clock, systemClock } from './core/clock';
import { listen } from './http/server';
import { type RequestHandler, withControl, withTrace } from './package/control';
import { Fixtures } from './package/fixtures';
import { seed } from './package/seed';
import { services } from './services';
import { makeDataDir } from './store/data-dir';
import { lockDataDir } from './store/data-dir-lock';

export type { Clock } from './core/clock';
export { ApiError } from './package/client';
export { type Columns, Fixtures, type Pipeline } from './package/fixtures';
export { seed } from './package/seed';
export { version } from './package/version';
export { UnusableDataDir } from './store/data-dir';
export { DataDirInUse } from './store/data-dir-lock';
export { DataDirDamaged } from './store/inspect';

/** Detail of the log: nothing, faults and refused requests, or each request too. */
export type LogLevel = 'silent' | 'error' | 'debug';

/** Options of {@link startLocal}. */
export interface LocalOptions {
  /** Port; 0 for any free one. @default 4566, or any free one when there is no `dataDir` */
  readonly port?: number;
  /**
   * Address to listen at. Signatures aren't checked against secrets: beyond loopback, every client may do everything.
   * @default 127.0.0.1
   */
  readonly host?: string;
  /** Host names besides loopback's, such as a container's. @default none */
  readonly allowedHosts?: readonly string[];
  /**
   * Folder of all state: metadata, stream records, objects. Created if missing; one process at a time.
   * @default a temporary one that is removed at `close`, for tests
   */
  readonly dataDir?: string;
  /** Whether Kinesis throttles beyond a shard's rates, as AWS does. @default true */
  readonly enforceLimits?: boolean;
  /** Whether POST /_lakehouse/reset empties the endpoint. @default whether there is no `dataDir` */
  readonly allowReset?: boolean;
  /** Folder of streams, buckets and tables that are made at the start, see {@link seed}. @default none */
  readonly seed?: string;
  /** @default 'error' */
  readonly logLevel?: LogLevel;
  /** Receives the log, line by line. @default stderr */
  readonly log?: (line: string) => void;
  /** @default the system's */
  readonly clock?: Clock;
}

/** A running endpoint. */
export interface LocalEndpoint {
  readonly port: number;
  /** Value for `AWS_ENDPOINT_URL`, such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** Settings for any client of the SDK: `new KinesisClient(local.config)`. */
  readonly config: ClientConfig;
  /** Environment variables that direct any AWS tool to this endpoint. */
  readonly env: Readonly<Record<string, string>>;
  /** Creates streams, buckets, tables and whole deliveries for tests. */
  readonly fixtures: Fixtures;
  /** Streams, objects and tables that were made from the folder `seed`, a line each. */
  readonly seeded: readonly string[];
  /** Removes all state. */
  reset(): Promise<void>;
  /** Finishes requests and background work, stores everything, and frees the port. A second call does nothing. */
  close(): Promise<void>;
}

/** Configuration of an SDK client of an endpoint; `forcePathStyle` is S3's. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle: boolean;
}

/**
 * Starts the endpoint. Acknowledged changes are in `dataDir`, and there again at the next start.
 * @throws an error with code EADDRINUSE if the port is taken, DataDirInUse if the data directory is, UnusableDataDir if
 * that is of another version or can't be written to, DataDirDamaged if it is damaged, and an error that names the file
 * that can't be made of `seed`
 */
export async function startLocal(options: LocalOptions = {}): Promise<LocalEndpoint> {
  const log = logOf(options);
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'lakehouse-local-'));
  makeDataDir(dataDir);
  // Opened parts in order; they are closed in reverse, also when opening a later one fails.
  const opened: (() => Promise<void> | void)[] = [];
  if (options.dataDir === undefined) opened.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const shutDown = async () => {
    const problems: unknown[] = [];
    while (opened.length > 0) {
      try {
        await opened.pop()?.();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw problems[0];
  };
  try {
    const lock = await lockDataDir(dataDir);
    opened.push(() => lock.release());
    let address: string | undefined;
    const enforceLimits = options.enforceLimits ?? true;
    const cloudOptions = { dataDir, enforceLimits, log, address: () => address };
    const open = () => openBackend(cloudOptions, options.clock ?? systemClock);
    const backend = new Resettable(await open(), dataDir, open);
    opened.push(() => backend.close());
    let filled = options.seed === undefined;
    const handler = handlerOf(backend, options, log, () => filled);
    const port = options.port ?? (options.dataDir === undefined ? 0 : 4566);
    const listener = await listen(handler, port, log, options);
    opened.push(() => listener.close());
    address = `http://127.0.0.1:${listener.port}`;
    const seeded = options.seed === undefined ? [] : await seed(address, options.seed);
    filled = true;
    return { ...describe(listener.port, backend, shutDown), seeded };
  } catch (error) {
    await shutDown().catch((problem: unknown) => log(`closing what had started failed: ${problem}`));
    throw error;
  }
}

function describe(port: number, backend: Resettable, close: () => Promise<void>): Omit<LocalEndpoint, 'seeded'> {
  const url = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const region = 'us-east-1';
  return {
    port,
    url,
    config: { endpoint: url, region, credentials, forcePathStyle: true },
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
    fixtures: new Fixtures(url),
    reset: () => backend.reset(),
    close,
  };
}

function handlerOf(
  backend: Resettable,
  options: LocalOptions,
  log: (line: string) => void,
  isFilled: () => boolean,
): RequestHandler {
  const allowed = options.allowReset ?? options.dataDir === undefined;
  const names = services.map(({ name }) => name);
  const handler = withControl(backend, {
    services: names,
    isFilled,
    reset: allowed ? () => backend.reset() : undefined,
  });
  return options.logLevel === 'debug' ? withTrace(handler, log) : handler;
}

function logOf({ log, logLevel }: LocalOptions): (line: string) => void {
  if (logLevel === 'silent') return () => undefined;
  return log ?? ((line) => process.stderr.write(`${line}\n`));
}

/** Services that can be emptied while the endpoint listens: requests wait for the new ones. */
class Resettable implements RequestHandler {
  private current: Promise<Backend>;

  constructor(
    first: Backend,
    private readonly dataDir: string,
    private readonly open: () => Promise<Backend>,
  ) {
    this.current = Promise.resolve(first);
  }

  async handle(request: Parameters<RequestHandler['handle']>[0]) {
    return (await this.current).dispatcher.handle(request);
  }

  async reset(): Promise<void> {
    const before = this.current;
    this.current = before.then(async (backend) => {
      await backend.close();
      emptyDataDir(this.dataDir);
      return this.open();
    });
    await this.current;
  }

  async close(): Promise<void> {
    await (await this.current).close();
  }
}
