/*
 * The file format of LMDB 1.0's branch, as the lmdb package writes it, on 64-bit little-endian machines: pages of equal
 * size, the first two of which are metas that point to the trees of a snapshot. LMDB maps the file and follows its
 * pointers unchecked, so that damage ends the process or goes unnoticed; this reader checks them.
 */
const PAGE_HEADER = 24;
const NODE_HEADER = 8;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;

export enum PageKind {
  Branch = 1,
  Leaf = 2,
  Overflow = 4,
}

export const BIG_DATA = 1;
export const SUB_DATABASE = 2;

/** Root and counts of a tree. */
export interface Tree {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Page number; undefined for an empty tree. */
  readonly root: number | undefined;
}

/** A snapshot of the whole environment. */
export interface Meta {
  readonly pageSize: number;
  readonly mapSize: number;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
  readonly bootId: bigint;
  /** Whether it may have been written before its pages were synced. */
  readonly unsynced: boolean;
}

export interface Node {
  readonly flags: number;
  readonly key: Buffer;
  /** In a leaf: the value, or a reference to it. */
  readonly data: Buffer;
  /** In a branch: the child page. */
  readonly child: number;
}

export class Damaged extends Error {}

const number = (bytes: Buffer, offset: number): number => {
  const value = bytes.readBigUInt64LE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damaged(`a number at byte ${offset} is out of all bounds`);
  return Number(value);
};

/** Reads a tree's record; a meta has two, and each table has one in the main tree. */
export function readTree(bytes: Buffer, offset: number): Tree {
  const root = bytes.readBigUInt64LE(offset + 40);
  return {
    depth: bytes.readUInt16LE(offset + 6),
    branchPages: number(bytes, offset + 8),
    leafPages: number(bytes, offset + 16),
    overflowPages: number(bytes, offset + 24),
    entries: number(bytes, offset + 32),
    root: root === 0xffffffffffffffffn ? undefined : number(bytes, offset + 40),
  };
}

export const TREE_BYTES = 48;

/** Reads a meta page at a byte offset. @throws Damaged */
export function readMeta(bytes: Buffer, page: number, isPage = true): Meta {
  const at = page + PAGE_HEADER;
  if (bytes.length < at + 144) throw new Damaged('it is too short');
  if (isPage) {
    if (bytes.readUInt32LE(at) !== MAGIC || (bytes.readUInt16LE(page + 18) & 8) === 0)
      throw new Damaged('it does not begin as such a file does');
    if (bytes.readUInt32LE(at + 4) !== DATA_VERSION) throw new Damaged('it is of another version');
  }
  const pageSize = bytes.readUInt32LE(at + 24);
  if (pageSize < 256 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    throw new Damaged('its page size is none');
  return {
    pageSize,
    mapSize: number(bytes, at + 16),
    unsynced: (bytes.readUInt16LE(at + 28) & 0x1000) !== 0,
    free: readTree(bytes, at + 24),
    main: readTree(bytes, at + 72),
    lastPage: number(bytes, at + 120),
    transaction: number(bytes, at + 128),
    bootId: bytes.readBigUInt64LE(at + 136),
  };
}

/** The file, page by page. */
export class PageFile {
  constructor(
    readonly bytes: Buffer,
    readonly pageSize: number,
  ) {}

  get pages(): number {
    return Math.floor(this.bytes.length / this.pageSize);
  }

  /** @throws Damaged unless the page exists, has its number, and isn't newer than the snapshot */
  kindOf(page: number, newest: number): PageKind {
    const at = page * this.pageSize;
    if (page < 2 || at + this.pageSize > this.bytes.length) throw new Damaged(`page ${page} is not in the file`);
    if (this.bytes.readBigUInt64LE(at) !== BigInt(page)) throw new Damaged(`page ${page} is another one`);
    if (this.bytes.readBigUInt64LE(at + 8) > BigInt(newest)) throw new Damaged(`page ${page} is of a later time`);
    const kind = this.bytes.readUInt16LE(at + 18);
    if (kind !== PageKind.Branch && kind !== PageKind.Leaf && kind !== PageKind.Overflow)
      throw new Damaged(`page ${page} is of no known kind`);
    return kind;
  }

  transactionOf(page: number): number {
    return number(this.bytes, page * this.pageSize + 8);
  }

  /** Number of pages of an overflow value, by its first page. */
  overflowPages(page: number): number {
    return this.bytes.readUInt32LE(page * this.pageSize + 20);
  }

  /** Bytes of an overflow value. @throws Damaged if the file doesn't hold all of them */
  overflow(page: number, length: number): Buffer {
    const from = page * this.pageSize + PAGE_HEADER;
    const bytes = this.bytes.subarray(from, from + length);
    if (bytes.length < length) throw new Damaged(`page ${page} is cut off`);
    return bytes;
  }

  /** Nodes of a branch or leaf. @throws Damaged unless they fill their part of the page exactly */
  nodes(page: number, kind: PageKind): Node[] {
    const start = page * this.pageSize;
    const content = this.pageSize - PAGE_HEADER;
    const lower = this.bytes.readUInt16LE(start + 20);
    const upper = this.bytes.readUInt16LE(start + 22);
    if (lower % 2 !== 0 || lower > upper || upper > content) throw new Damaged(`page ${page} has no bounds`);
    const nodes: Node[] = [];
    let used = 0;
    for (let index = 0; index < lower / 2; index++) {
      const offset = this.bytes.readUInt16LE(start + PAGE_HEADER + index * 2);
      if (offset < upper || offset + NODE_HEADER > content) throw new Damaged(`page ${page} points beside itself`);
      const at = start + PAGE_HEADER + offset;
      const node = this.node(at, kind, start + this.pageSize);
      if (node === undefined) throw new Damaged(`page ${page} has an entry beyond its end`);
      const bytes = NODE_HEADER + node.key.length + node.data.length;
      used += bytes + (bytes % 2);
      nodes.push(node);
    }
    if (used !== content - upper) throw new Damaged(`page ${page} is not filled by its entries`);
    return nodes;
  }

  private node(at: number, kind: PageKind, end: number): Node | undefined {
    const low = this.bytes.readUInt32LE(at);
    const flags = this.bytes.readUInt16LE(at + 4);
    const keyEnd = at + NODE_HEADER + this.bytes.readUInt16LE(at + 6);
    const isLeaf = kind === PageKind.Leaf;
    const dataEnd = keyEnd + (isLeaf ? ((flags & BIG_DATA) !== 0 ? 24 : low) : 0);
    if (dataEnd > end) return undefined;
    return {
      flags: isLeaf ? flags : 0,
      key: this.bytes.subarray(at + NODE_HEADER, keyEnd),
      data: this.bytes.subarray(keyEnd, dataEnd),
      child: isLeaf ? low : low + flags * 2 ** 32,
    };
  }
}
