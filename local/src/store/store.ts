import { deserialize, serialize } from 'node:v8';
import { type Database, type Key, open, type RootDatabase } from 'lmdb';
import { keyEncoder } from './key-encoder';

/** Keys of a table: strings, numbers, or tuples of them, in their natural order. */
export type TableKey = Key;

/**
 * A table of durable values in LMDB, as structured clones: dates, maps and buffers come back as what they were. Writes resolve when they are committed; a killed process loses
 * nothing that resolved. Reads see the last commit, or, inside {@link Store.transaction}, its own writes.
 */
export type Table<V> = Database<V, TableKey>;

/**
 * V8's own serializer tells a date by what it is, not by its class, which differs between a test's sandbox and lmdb's.
 * (lmdb's types leave this option and `keyEncoder` out: hence the spread where they are given.)
 */
const encoder = {
  encode: (value: unknown): Buffer => serialize(value),
  decode: (bytes: Buffer, end?: number | { end: number }) =>
    deserialize(bytes.subarray(0, typeof end === 'object' ? end.end : end)),
};

/** The endpoint's durable state: named tables in one LMDB environment, and transactions across them. */
export class Store {
  private readonly root: RootDatabase;

  /** @param path folder of the LMDB environment; made if missing. */
  constructor(path: string) {
    this.root = open({ path, maxDbs: 256 });
    process.on('unhandledRejection', ignoreCommitFailure);
  }

  /** @param name unique over the endpoint, by habit `<service>.<what>`. */
  table<V>(name: string): Table<V> {
    return this.root.openDB<V, TableKey>({ name, ...{ encoder, keyEncoder } });
  }

  /**
   * A table whose keys are bytes, in the order of those bytes: for keys that others order by bytes too, such as S3's.
   * @param name as for {@link table}.
   */
  binaryTable<V>(name: string): Database<V, Buffer> {
    return this.root.openDB<V, Buffer>({ name, keyEncoding: 'binary', ...{ encoder } });
  }

  /** Runs synchronous reads and writes as one atomic step; resolves with its result once that is committed. */
  transaction<T>(work: () => T): Promise<T> {
    return this.root.transaction(work);
  }

  async close(): Promise<void> {
    await this.root.flushed;
    await this.root.close();
    process.off('unhandledRejection', ignoreCommitFailure);
  }
}

/**
 * When a commit fails, on a full disk say, lmdb rejects the promise of the write, which its caller handles, and two of
 * its own that nobody can reach. Those don't end the process; every other unhandled rejection does, as by default.
 */
function ignoreCommitFailure(reason: unknown): void {
  const madeByLmdb =
    reason instanceof Error && /[\\/]node_modules[\\/]lmdb[\\/]/.test(reason.stack?.split('\n')[1] ?? '');
  if (!madeByLmdb && process.listenerCount('unhandledRejection') === 1) throw reason;
}
