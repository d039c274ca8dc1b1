import { hash as digest } from 'node:crypto';
import type { Keys } from '../table';
import { type AttributeValue, type Item, type ScalarType, scalarBytes } from '../values/attribute-value';

/*
 * Keys in the store. An item's key is its table's number, the hash of its partition key, and its sort key's bytes; an
 * index entry's is the index's number, the hash of the index's partition key, its sort key, and a hash of the item's
 * own key. So items of a table are ordered by hash, as in DynamoDB, and those of a partition by sort key.
 */
/** Bytes of a partition key's hash. */
export const HASH_BYTES = 16;
const NUMBER_BYTES = 4;
export const PREFIX_BYTES = NUMBER_BYTES + HASH_BYTES;
/** Bytes of a sort key between two markers in an index. */
const GROUP = 8;
const MORE = GROUP + 1;

/** The common prefix of a table's items or an index's entries. */
export function numberPrefix(number: number): Buffer {
  const prefix = Buffer.alloc(NUMBER_BYTES);
  prefix.writeUInt32BE(number);
  return prefix;
}

/** Salt that is hashed before the key. */
const SALT = 'Outliers';
const SALT_BYTES = Buffer.from(SALT);

/**
 * DynamoDB's own hash, as far as the order of scans shows it: items come in the same order here. The result is Latin-1
 * text, one character per byte, which costs Node a fraction of a buffer.
 */
function hashOf(...parts: readonly Buffer[]): string {
  return digest('md5', Buffer.concat([SALT_BYTES, ...parts]), 'binary');
}

/** The hash of a partition key; a string's is computed without allocating a buffer. */
function partitionHash(value: AttributeValue, type: ScalarType): string {
  return type === 'S' ? digest('md5', SALT + value.S, 'binary') : hashOf(scalarBytes(value, type));
}

/** Writes the part of a key before its sort key. */
function writePrefix(key: Buffer, number: number, value: AttributeValue, type: ScalarType): void {
  key.writeUInt32BE(number);
  key.write(partitionHash(value, type), NUMBER_BYTES, 'latin1');
}

/** Common prefix of the keys of a partition's items. */
export function partitionPrefix(number: number, value: AttributeValue, type: ScalarType): Buffer {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  writePrefix(prefix, number, value, type);
  return prefix;
}

/** @param item an item with the table's key attributes, checked */
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

/** @param table keys of the index's table */
export function indexKey(number: number, { hash, sort }: Keys, table: Keys, item: Item): Buffer {
  const parts = [partitionPrefix(number, item[hash.name] as AttributeValue, hash.type)];
  if (sort !== undefined) parts.push(keyPart(scalarBytes(item[sort.name] as AttributeValue, sort.type)));
  return Buffer.concat([...parts, itemHash(table, item)]);
}

/**
 * Encodes bytes as a part of a longer key: groups of eight, each followed by a marker of whether more follow. The
 * result sorts as the bytes do, whatever part comes after it, and is longer by an eighth only.
 */
export function keyPart(bytes: Buffer): Buffer {
  const groups = Math.floor(bytes.length / GROUP);
  const out = Buffer.alloc((groups + 1) * MORE);
  for (let group = 0; group <= groups; group++) {
    bytes.copy(out, group * MORE, group * GROUP, Math.min(bytes.length, (group + 1) * GROUP));
    out[group * MORE + GROUP] = group < groups ? MORE : bytes.length % GROUP;
  }
  return out;
}

/** Prefix of the encoded form of all bytes with this beginning. */
export function keyPartPrefix(bytes: Buffer): Buffer {
  const groups = Math.floor(bytes.length / GROUP);
  return keyPart(bytes).subarray(0, groups * MORE + (bytes.length % GROUP));
}

/** The first key after all keys with this prefix. */
export function after(prefix: Buffer): Buffer {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  const next = Buffer.from(prefix.subarray(0, end));
  if (end > 0) next[end - 1] = (next[end - 1] as number) + 1;
  return next;
}
