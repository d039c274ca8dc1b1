import { rmSync } from 'node:fs';
import * as lmdb from 'lmdb';
import { type MetadataContent, type RawEntry, readMetadata, tableName } from './check';
import { BIG_DATA, Damaged, type Node, PageKind, SUB_DATABASE } from './pages';
import { isIntactValue } from './value';

/** Entries read from damaged metadata. */
export interface Salvage {
  /** Entries by table. */
  readonly entries: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
}

const ENTRIES_A_TRANSACTION = 5_000;

/**
 * Builds new metadata from everything readable in a damaged file: entries of its trees, and of pages of its snapshot
 * that no tree reaches any more. Each entry's checksum confirms its table and key.
 * @param into folder of the new environment
 */
export async function salvageMetadata(path: string, into: string): Promise<Salvage> {
  rmSync(into, { recursive: true, force: true });
  const root = lmdb.open({ path: into, maxDbs: 256 });
  const open = new Map<string, lmdb.Database<Buffer, Buffer>>();
  const found = new Map<string, Set<string>>();
  let writes: (() => void)[] = [];
  const commit = () => {
    root.transactionSync(() => {
      for (const write of writes) write();
    });
    writes = [];
  };
  const keep = ({ table, key, value }: RawEntry) => {
    let target = open.get(table);
    if (target === undefined) {
      target = root.openDB<Buffer, Buffer>({ name: table, keyEncoding: 'binary', encoding: 'binary' });
      open.set(table, target);
      found.set(table, new Set());
    }
    const keys = found.get(table) as Set<string>;
    const name = key.toString('latin1');
    if (keys.has(name)) return;
    keys.add(name);
    const [copiedKey, copiedValue] = [Buffer.from(key), Buffer.from(value)];
    writes.push(() => target.putSync(copiedKey, copiedValue));
    if (writes.length >= ENTRIES_A_TRANSACTION) commit();
  };
  try {
    const content = readMetadata(path, keep);
    if (!content.treesAreWhole) for (const entry of orphans(content, [...found.keys()])) keep(entry);
    commit();
    await root.flushed;
    return {
      entries: new Map([...found].map(([table, keys]) => [table, keys.size])),
      problems: content.problems,
    };
  } finally {
    await root.close();
  }
}

/**
 * Entries of leaves that no tree reaches although they aren't free; without a snapshot, of all leaves, newest first.
 */
function* orphans({ file, used, free, newest }: MetadataContent, tables: readonly string[]): Generator<RawEntry> {
  const leaves: { transaction: number; nodes: Node[] }[] = [];
  const names = new Set(tables);
  for (let page = 2; page < file.pages; page++) {
    if (free.has(page) || attempt(() => file.kindOf(page, newest)) !== PageKind.Leaf) continue;
    const nodes = attempt(() => file.nodes(page, PageKind.Leaf)) ?? [];
    for (const { flags, key } of nodes) if (flags === SUB_DATABASE) names.add(tableName(key));
    if (!used.has(page)) leaves.push({ transaction: file.transactionOf(page), nodes });
  }
  leaves.sort((a, b) => b.transaction - a.transaction);
  for (const { flags, key, data, child } of leaves.flatMap(({ nodes }) => nodes)) {
    const big = () => file.overflow(Number(data.readBigUInt64LE(0)), child);
    const value = flags === BIG_DATA ? attempt(big) : data;
    const table = value && [...names].find((name) => isIntactValue(name, key, value));
    if (table !== undefined && value !== undefined) yield { table, key, value };
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Damaged || error instanceof RangeError) return undefined;
    throw error;
  }
}
