import { type Database, type Key, open, type RootDatabase } from 'lmdb';

/** Keys of a table: strings, numbers, or tuples of them, in their natural order. */
export type TableKey = Key;

/**
 * A table of durable values: msgpack in LMDB. Writes resolve when they are committed; a killed process loses
 * nothing that resolved. Reads see the last commit, or, inside {@link Store.transaction}, its own writes.
 */
export type Table<V> = Database<V, TableKey>;

/** The endpoint's durable state: named tables in one LMDB environment, and transactions across them. */
export class Store {
  private readonly root: RootDatabase;

  /** @param path folder of the LMDB environment; made if missing. */
  constructor(path: string) {
    this.root = open({ path, maxDbs: 256, encoding: 'msgpack' });
  }

  /** @param name unique over the endpoint, by habit `<service>.<what>`. */
  table<V>(name: string): Table<V> {
    return this.root.openDB<V, TableKey>({ name });
  }

  /**
   * A table whose keys are bytes, in the order of those bytes: for keys that others order by bytes too, such as S3's.
   * @param name as for {@link table}.
   */
  binaryTable<V>(name: string): Database<V, Buffer> {
    return this.root.openDB<V, Buffer>({ name, keyEncoding: 'binary' });
  }

  /** Runs synchronous reads and writes as one atomic step; resolves with its result once that is committed. */
  transaction<T>(work: () => T): Promise<T> {
    return this.root.transaction(work);
  }

  async close(): Promise<void> {
    await this.root.flushed;
    await this.root.close();
  }
}
