import { crc32 } from 'node:zlib';

/** Bytes of a stored value's checksum, which precedes it and is checked once, at start. */
export const CHECKSUM_BYTES = 4;
const SEPARATOR = Buffer.from([0]);

/** An entry's checksum, over table and key too: it detects an entry in another table or under another key. */
function checksumOf(table: string, key: Uint8Array, value: Uint8Array): number {
  let begun = checksums.get(table);
  if (begun === undefined) {
    begun = crc32(Buffer.concat([Buffer.from(table), SEPARATOR]));
    checksums.set(table, begun);
  }
  return crc32(value, crc32(SEPARATOR, crc32(key, begun)));
}

/** Checksums of the tables' names, with which each entry's begins. */
const checksums = new Map<string, number>();

/** Writes a value's checksum before it. @param value in a buffer with room for the checksum before it */
export function sealValue(table: string, key: Uint8Array, value: Buffer): Buffer {
  value.writeUInt32LE(checksumOf(table, key, value.subarray(CHECKSUM_BYTES)), 0);
  return value;
}

export function isIntactValue(table: string, key: Uint8Array, sealed: Buffer): boolean {
  return (
    sealed.length >= CHECKSUM_BYTES &&
    sealed.readUInt32LE(0) === checksumOf(table, key, sealed.subarray(CHECKSUM_BYTES))
  );
}
