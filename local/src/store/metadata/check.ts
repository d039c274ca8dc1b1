import { readFileSync } from 'node:fs';
import {
  BIG_DATA,
  Damaged,
  type Meta,
  type Node,
  PageFile,
  PageKind,
  readMeta,
  readTree,
  SUB_DATABASE,
  TREE_BYTES,
  type Tree,
} from './pages';
import { isIntactValue } from './value';

const DEFAULT_PAGE_SIZE = 4096;

/** An entry of a table as bytes. */
export interface RawEntry {
  readonly table: string;
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Readable entries and damage of a metadata file. */
export interface MetadataContent {
  readonly problems: readonly string[];
  /** Pages of the snapshot, free ones left out. */
  readonly used: ReadonlySet<number>;
  readonly free: ReadonlySet<number>;
  readonly file: PageFile;
  /** Transaction of the snapshot: pages of later ones don't belong to it. */
  readonly newest: number;
  /** Whether all tables are intact, and at most the list of free pages is damaged. */
  readonly treesAreWhole: boolean;
}

/**
 * Checks metadata with LMDB's rules: every page, every entry's checksum, order and count.
 * @param visit receives each readable entry
 * @param bootId id of the machine's current boot; after a reboot LMDB falls back to the last synced snapshot
 */
export function readMetadata(path: string, visit: (entry: RawEntry) => void, bootId = currentBoot()): MetadataContent {
  const bytes = readFileSync(path);
  const problems: string[] = [];
  const meta = pickMeta(bytes, problems, bootId);
  if (meta === undefined) {
    // Pages can still be read one by one.
    const file = new PageFile(bytes, DEFAULT_PAGE_SIZE);
    return { problems, used: new Set(), free: new Set(), file, newest: Number.MAX_SAFE_INTEGER, treesAreWhole: false };
  }
  const file = new PageFile(bytes, meta.pageSize);
  const walk = new Walk(file, meta, problems);
  walk.tree(meta.main, 'the list of tables', (node) => {
    if (node.flags !== SUB_DATABASE || node.data.length !== TREE_BYTES) throw new Damaged('a table is none');
    const table = tableName(node.key);
    walk.tree(readTree(node.data, 0), `table ${table}`, ({ key, flags, data }) => {
      const value = walk.valueOf(flags, data);
      if (!isIntactValue(table, key, value)) throw new Damaged('an entry is not what was written');
      visit({ table, key, value });
    });
  });
  const treesAreWhole = problems.length === 0;
  const { used } = walk;
  return { problems, used: new Set(used), free: walk.freePages(), file, newest: meta.transaction, treesAreWhole };
}

/** A table's name, from its key in the main tree. */
export function tableName(key: Buffer): string {
  return key.toString('utf8').replace(/\0$/, '');
}

/** The meta page that LMDB uses. Reports if that isn't the newest written. */
function pickMeta(bytes: Buffer, problems: string[], bootId: bigint): Meta | undefined {
  const attempt = (offset: number, isPage: boolean) => {
    try {
      return readMeta(bytes, offset, isPage);
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const first = attempt(0, true);
  const pageSize = first?.pageSize ?? DEFAULT_PAGE_SIZE;
  const second = attempt(pageSize, true);
  if (first === undefined || second === undefined) return first ?? second;
  const newest = first.transaction >= second.transaction ? first : second;
  const older = newest === first ? second : first;
  const parity = newest === first ? 0 : 1;
  const apart = newest.transaction - older.transaction;
  // A new environment has transaction 0 in both.
  if ((newest.transaction % 2 !== parity || apart !== 1) && newest.transaction > 1)
    problems.push('its two snapshots do not follow each other');
  if (newest.pageSize !== older.pageSize) problems.push('its page sizes differ');
  checkBounds(newest, bytes, problems);
  if (newest.bootId === bootId || !newest.unsynced) return newest;
  if (older.bootId === bootId) problems.push('its newest snapshot is not of this start of the machine');
  if (older.transaction === 0) return newest;
  const synced = attempt(pageSize / 2, false);
  return synced !== undefined && synced.transaction > older.transaction ? synced : older;
}

const MOST_MAPPED = 2 ** 44;

function checkBounds(meta: Meta, bytes: Buffer, problems: string[]): void {
  const needed = (meta.lastPage + 1) * meta.pageSize;
  if (meta.mapSize < needed || meta.mapSize > MOST_MAPPED || meta.mapSize > 64 * Math.max(bytes.length, 2 ** 30))
    problems.push('its size is out of bounds');
}

/** Walks the trees of one snapshot, and collects problems. */
class Walk {
  readonly used = new Set<number>();

  constructor(
    private readonly file: PageFile,
    private readonly meta: Meta,
    private readonly problems: string[],
  ) {}

  /** @param visit receives each leaf's entries in order; damage that it throws is collected, and the walk continues */
  tree(tree: Tree, name: string, visit: (node: Node) => void): void {
    const counts = { branch: 0, leaf: 0, overflow: 0, entries: 0 };
    const note = (error: unknown) => {
      if (!(error instanceof Damaged)) throw error;
      this.problems.push(`${name}: ${error.message}`);
    };
    let last: Buffer | undefined;
    const isInteger = name === FREE;
    const page = (number: number, depth: number, low?: Buffer, high?: Buffer): void => {
      if (this.used.has(number)) throw new Damaged(`page ${number} is used twice`);
      const kind = this.file.kindOf(number, this.meta.transaction);
      if (kind === PageKind.Overflow || (kind === PageKind.Leaf) !== (depth === tree.depth))
        throw new Damaged(`page ${number} is of the wrong kind`);
      this.used.add(number);
      const nodes = this.file.nodes(number, kind);
      if (kind === PageKind.Leaf) counts.leaf++;
      else counts.branch++;
      for (const [index, node] of nodes.entries()) {
        try {
          if (kind === PageKind.Branch) {
            const from = index === 0 ? low : node.key;
            page(node.child, depth + 1, from, nodes[index + 1]?.key ?? high);
            continue;
          }
          counts.entries++;
          if (!isInteger) {
            const isBefore = last !== undefined && Buffer.compare(last, node.key) >= 0;
            if (isBefore || (low && Buffer.compare(node.key, low) < 0) || (high && Buffer.compare(node.key, high) >= 0))
              throw new Damaged(`an entry of page ${number} is out of order`);
          }
          last = node.key;
          if ((node.flags & BIG_DATA) !== 0) counts.overflow += this.overflowOf(node);
          visit(node);
        } catch (error) {
          note(error);
        }
      }
    };
    try {
      if (tree.root !== undefined) page(tree.root, 1);
      if (
        counts.entries !== tree.entries ||
        counts.branch !== tree.branchPages ||
        counts.leaf !== tree.leafPages ||
        counts.overflow !== tree.overflowPages
      )
        throw new Damaged(`${counts.entries} of ${tree.entries} entries are readable`);
    } catch (error) {
      note(error);
    }
  }

  /** The value of a leaf's entry. @throws Damaged */
  valueOf(flags: number, data: Buffer): Buffer {
    if (flags === 0) return data;
    if (flags !== BIG_DATA) throw new Damaged('an entry is of no known kind');
    const first = Number(data.readBigUInt64LE(0));
    const size = this.sizes.get(first);
    if (size === undefined) throw new Damaged('an entry has no pages');
    return this.file.overflow(first, size);
  }

  private readonly sizes = new Map<number, number>();

  private overflowOf({ data, child }: Node): number {
    if (data.length !== 24) throw new Damaged('an entry has no pages');
    const first = Number(data.readBigUInt64LE(0));
    if (this.file.kindOf(first, this.meta.transaction) !== PageKind.Overflow)
      throw new Damaged(`page ${first} is no value's`);
    const pages = this.file.overflowPages(first);
    if (pages !== Math.floor((23 + child) / this.file.pageSize) + 1 || Number(data.readBigUInt64LE(16)) !== pages)
      throw new Damaged(`page ${first} has another length`);
    for (let page = first; page < first + pages; page++) {
      if (this.used.has(page)) throw new Damaged(`page ${page} is used twice`);
      this.used.add(page);
    }
    this.sizes.set(first, child);
    return pages;
  }

  /** Free pages, which LMDB will overwrite: none of them may be in use. */
  freePages(): Set<number> {
    const free = new Set<number>();
    const add = (page: number) => {
      if (page < 2 || page > this.meta.lastPage) throw new Damaged(`page ${page} is no page`);
      if (free.has(page)) throw new Damaged(`page ${page} is free twice`);
      free.add(page);
    };
    this.tree(this.meta.free, FREE, ({ flags, data }) => {
      const list = this.valueOf(flags, data);
      const length = Number(list.readBigUInt64LE(0));
      if ((length + 1) * 8 > list.length) throw new Damaged('the list of free pages is cut off');
      for (let index = 1; index <= length; index++) {
        const entry = Number(list.readBigInt64LE(index * 8));
        if (entry > 0) add(entry);
        else if (entry < 0) {
          // A run of pages: its negative length, then its first page.
          index++;
          const start = Number(list.readBigInt64LE(index * 8));
          if (index > length || -entry > this.meta.lastPage) throw new Damaged('the list of free pages is cut off');
          for (let page = start; page < start - entry; page++) add(page);
        }
      }
    });
    for (const page of free) if (this.used.has(page)) this.problems.push(`page ${page} is free and used`);
    return free;
  }
}

const FREE = 'the list of free pages';

/** The boot id as LMDB parses it: hexadecimal digits up to the first dash. */
function currentBoot(): bigint {
  try {
    const text = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    return BigInt(`0x${/^[0-9a-f]+/.exec(text)?.[0] ?? '0'}`);
  } catch {
    return 0n;
  }
}
