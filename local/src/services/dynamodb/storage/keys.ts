import { hash as digest } from 'node:crypto';
import type { Keys } from '../tables/table';
import { type AttributeValue, type Item, type ScalarType, scalarBytes } from '../values/attribute-value';

/**
 * Keys in the store. An item is found by its table's number, the hash of its partition key, and its sort key's bytes; an
 * index's entry by the index's number, the hash of the index's partition key, its sort key, and a hash of the item's own
 * key. Items of a table thus lie in the order of hashes, as in DynamoDB, and those of a partition in that of sort keys.
 */
export const HASH_BYTES = 16;
const NUMBER_BYTES = 4;
export const PREFIX_BYTES = NUMBER_BYTES + HASH_BYTES;
/** Bytes of a sort key between two markers in an index. */
const GROUP = 8;
const MORE = GROUP + 1;

/** The part of the keys that all items of a table, or entries of an index, have. */
export function numberPrefix(number: number): Buffer {
  const prefix = Buffer.alloc(NUMBER_BYTES);
  prefix.writeUInt32BE(number);
  return prefix;
}

/** What is hashed before the key itself. */
const SALT = Buffer.from('Outliers');

/**
 * DynamoDB's own hash, as far as its order shows in scans: items come in the same order here. It is written as Latin-1, a
 * byte a character, which Node gives at a fraction of a buffer's cost.
 */
function hashOf(...parts: readonly Buffer[]): string {
  return digest('md5', Buffer.concat([SALT, ...parts]), 'binary');
}

/** Bytes of a key before its sort key. */
function writePrefix(key: Buffer, number: number, value: AttributeValue, type: ScalarType): void {
  key.writeUInt32BE(number);
  key.write(hashOf(scalarBytes(value, type)), NUMBER_BYTES, 'latin1');
}

/** What the keys of all items with a partition key begin with. */
export function partitionPrefix(number: number, value: AttributeValue, type: ScalarType): Buffer {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  writePrefix(prefix, number, value, type);
  return prefix;
}

/** @param item with the table's key attributes, checked */
export function itemKey(number: number, { hash, sort }: Keys, item: Item): Buffer {
  const value = item[hash.name] as AttributeValue;
  if (sort === undefined) return partitionPrefix(number, value, hash.type);
  const sortBytes = scalarBytes(item[sort.name] as AttributeValue, sort.type);
  const key = Buffer.allocUnsafe(PREFIX_BYTES + sortBytes.length);
  writePrefix(key, number, value, hash.type);
  sortBytes.copy(key, PREFIX_BYTES);
  return key;
}

/** A hash of an item's whole key. */
export function itemHash({ hash, sort }: Keys, item: Item): Buffer {
  const parts = [scalarBytes(item[hash.name] as AttributeValue, hash.type)];
  if (sort !== undefined) parts.push(scalarBytes(item[sort.name] as AttributeValue, sort.type));
  return Buffer.from(hashOf(...parts), 'latin1');
}

/** @param table whose items the index has */
export function indexKey(number: number, { hash, sort }: Keys, table: Keys, item: Item): Buffer {
  const parts = [partitionPrefix(number, item[hash.name] as AttributeValue, hash.type)];
  if (sort !== undefined) parts.push(closed(scalarBytes(item[sort.name] as AttributeValue, sort.type)));
  return Buffer.concat([...parts, itemHash(table, item)]);
}

/**
 * Bytes as a part of a key that goes on: groups of eight, each followed by what tells whether there is more. They sort
 * as the bytes do, whatever follows them, and grow by an eighth only.
 */
export function closed(bytes: Buffer): Buffer {
  const groups = Math.floor(bytes.length / GROUP);
  const out = Buffer.alloc((groups + 1) * MORE);
  for (let group = 0; group <= groups; group++) {
    bytes.copy(out, group * MORE, group * GROUP, Math.min(bytes.length, (group + 1) * GROUP));
    out[group * MORE + GROUP] = group < groups ? MORE : bytes.length % GROUP;
  }
  return out;
}

/** What the closed form of all bytes with this beginning begins with. */
export function opened(bytes: Buffer): Buffer {
  const groups = Math.floor(bytes.length / GROUP);
  return closed(bytes).subarray(0, groups * MORE + (bytes.length % GROUP));
}

/** The first key after all that begin with these bytes. */
export function after(prefix: Buffer): Buffer {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  const next = Buffer.from(prefix.subarray(0, end));
  if (end > 0) next[end - 1] = (next[end - 1] as number) + 1;
  return next;
}
