import { deserialize, serialize } from 'node:v8';
import * as lmdb from 'lmdb';
import { DiskSpace } from './disk-space';
import { keyEncoder } from './key-encoder';
import { CHECKSUM_BYTES, sealValue } from './metadata/value';

/** Keys of a table: strings, numbers, or tuples of them, in their natural order. */
export type TableKey = lmdb.Key;

/**
 * A table of durable values in LMDB, as structured clones, which keep dates, maps and buffers. Writes resolve when they
 * are committed; a killed process loses nothing that resolved. Reads see the last commit or, inside
 * {@link Store.transaction}, its own writes.
 */
export type Table<V> = lmdb.Database<V, TableKey>;

/** Buffer of keys. LMDB refuses keys of more than 1,978 bytes itself. */
const scratch = Buffer.alloc(16_384);
const keyBytes = (key: TableKey): Uint8Array => scratch.subarray(0, keyEncoder.writeKey(key, scratch, 0));

/** Table of the data directory's identity, stored with everything that belongs to it. */
const IDENTITY = 'store.identity';

/** The endpoint's durable state: named tables in one LMDB environment, and transactions across them. */
export class Store {
  /** Space of the store's disk. */
  readonly disk: DiskSpace;
  private readonly root: lmdb.RootDatabase;
  private inTransaction = false;

  /** @param path folder of the LMDB environment; created if missing */
  constructor(path: string) {
    this.root = lmdb.open({ path, maxDbs: 256 });
    this.disk = new DiskSpace(path);
    process.on('unhandledRejection', ignoreCommitFailure);
  }

  /** @param name unique in the endpoint, by convention `<service>.<what>` */
  table<V>(name: string): Table<V> {
    return this.open<V, TableKey>(name, keyBytes, { keyEncoder });
  }

  /**
   * A table whose keys are bytes, in their order: for keys that protocols order by bytes, such as S3's.
   * @param name as for {@link table}
   */
  binaryTable<V>(name: string): lmdb.Database<V, Buffer> {
    return this.open<V, Buffer>(name, (key) => key, { keyEncoding: 'binary' });
  }

  /**
   * A table of strings with keys of bytes. Values are stored as UTF-8, at a tenth of a structured clone's cost; values
   * that were written as clones are read too.
   * @param name as for {@link table}
   */
  textTable(name: string): lmdb.Database<string, Buffer> {
    return this.open<string, Buffer>(name, (key) => key, { keyEncoder: BYTES }, TEXT);
  }

  /**
   * Reads the values of a {@link textTable} as bytes and without their keys, which saves memory in reads of many.
   * @param read makes a value of the bytes between two positions; the next read overwrites them
   */
  textReader<V>(name: string, read: (bytes: Buffer, start: number, end: number) => V): lmdb.Database<V, Buffer> {
    const asText = (bytes: Buffer, start: number, end: number) => {
      if (bytes[start] !== CLONE_MARK) return read(bytes, start, end);
      const text = TEXT.write(CLONE.read(bytes, start, end));
      return read(text, CHECKSUM_BYTES, text.length);
    };
    return this.open<V, Buffer>(name, (key) => key, { keyEncoder: WRITTEN }, { write: TEXT.write, read: asText });
  }

  /** Runs synchronous reads and writes as one atomic step; resolves with its result once that is committed. */
  async transaction<T>(work: () => T): Promise<T> {
    this.disk.checkMetadata();
    return this.root.transaction(() => {
      this.inTransaction = true;
      try {
        return work();
      } finally {
        this.inTransaction = false;
      }
    });
  }

  /** Whether a transaction is running: its reads see its own writes. */
  get isInTransaction(): boolean {
    return this.inTransaction;
  }

  /** The data directory of this store; undefined while it is new. */
  get identity(): string | undefined {
    return this.table<string>(IDENTITY).get('id');
  }

  /** Stores the identity of the data directory. */
  async setIdentity(id: string): Promise<void> {
    await this.table<string>(IDENTITY).put('id', id);
  }

  async close(): Promise<void> {
    await this.root.flushed;
    await this.root.close();
    process.off('unhandledRejection', ignoreCommitFailure);
  }

  private open<V, K extends TableKey>(
    name: string,
    bytesOf: (key: K) => Uint8Array,
    options: { keyEncoding?: 'binary'; keyEncoder?: KeyEncoder<K> },
    format: ValueFormat = CLONE,
  ): lmdb.Database<V, K> {
    // LMDB encodes a value during `put`, without passing its key.
    let key: Uint8Array = Buffer.alloc(0);
    const encoder = {
      encode: (value: V): Buffer => sealValue(name, key, format.write(value)),
      // lmdb's buffer has a length property of its own, over the 16 MB behind it.
      decode: (bytes: Buffer, end?: number | { end: number }) =>
        format.read(bytes, CHECKSUM_BYTES, typeof end === 'object' ? end.end : (end ?? bytes.length)),
    };
    const table = this.root.openDB<V, K>({ name, ...options, ...{ encoder } });
    const put = table.put.bind(table) as (key: K, value: V) => Promise<boolean>;
    const remove = table.remove.bind(table) as (key: K) => Promise<boolean>;
    table.put = (at: K, value: V) =>
      this.whileRoom(() => {
        key = bytesOf(at);
        return put(at, value);
      });
    table.remove = (at: K) => this.whileRoom(() => remove(at));
    return table;
  }

  private whileRoom(write: () => Promise<boolean>): Promise<boolean> {
    // A transaction has checked already.
    if (!this.inTransaction) {
      try {
        this.disk.checkMetadata();
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return write();
  }
}

/**
 * Conversion of values to bytes and back; lmdb reuses the bytes for the next value that it reads. (lmdb's types lack
 * the options `encoder` and `keyEncoder`: hence the spread where they are given.)
 */
interface ValueFormat {
  /** @returns the value, preceded by room for a checksum */
  write(value: unknown): Buffer;
  read(bytes: Buffer, start: number, end: number): unknown;
}

/**
 * Structured clones. V8's serializer recognizes a date by its internal type, not by its class, which differs between a
 * test's sandbox and lmdb's.
 */
const CLONE: ValueFormat = {
  write(value) {
    const bytes = serialize(value);
    const room = Buffer.allocUnsafe(CHECKSUM_BYTES + bytes.length);
    room.set(bytes, CHECKSUM_BYTES);
    return room;
  },
  // A copy: buffers in the value are views of these bytes. Given lmdb's whole buffer, Node 24 would copy all 16 MB.
  read: (bytes, start, end) => deserialize(Buffer.from(bytes.subarray(start, end))),
};

interface KeyEncoder<K> {
  /** @returns the end of the key */
  writeKey(key: K, target: Uint8Array, position: number): number;
  readKey(target: Uint8Array, start: number, end: number): K;
}

/** Keys of bytes. lmdb's own encoder allocates memory for each, which is much for a page of a hundred items. */
const BYTES: KeyEncoder<Buffer> = {
  writeKey(key, target, position) {
    target.set(key, position);
    return position + key.length;
  },
  readKey(target, start, end) {
    const key = Buffer.allocUnsafe(end - start);
    for (let index = start; index < end; index++) key[index - start] = target[index] as number;
    return key;
  },
};

/** Keys of bytes that are written but not read. */
const WRITTEN: KeyEncoder<Buffer> = { ...BYTES, readKey: () => NO_KEY };
const NO_KEY = Buffer.alloc(0);

/** First byte of a structured clone, which UTF-8 never has. */
const CLONE_MARK = 0xff;

const TEXT: ValueFormat = {
  write(value) {
    const text = value as string;
    const room = Buffer.allocUnsafe(CHECKSUM_BYTES + Buffer.byteLength(text));
    room.write(text, CHECKSUM_BYTES);
    return room;
  },
  read: (bytes, start, end) =>
    bytes[start] === CLONE_MARK ? CLONE.read(bytes, start, end) : bytes.toString('utf8', start, end),
};

/**
 * Ignores rejections of a failed commit, on a full disk say: lmdb rejects the write's promise, which its caller
 * handles, and two internal ones that nobody can handle. Other unhandled rejections end the process, as by default.
 */
function ignoreCommitFailure(reason: unknown): void {
  const madeByLmdb =
    reason instanceof Error && /[\\/]node_modules[\\/]lmdb[\\/]/.test(reason.stack?.split('\n')[1] ?? '');
  if (!madeByLmdb && process.listenerCount('unhandledRejection') === 1) throw reason;
}
