import { crc32 } from 'node:zlib';

/** Reads the content of a small file with a checksum. @returns undefined if it is damaged */
export function openChecksummed(content: Buffer): Buffer | undefined {
  if (content.length < 4) return undefined;
  const end = content.length - 4;
  return content.readUInt32LE(end) === crc32(content.subarray(0, end)) ? content.subarray(0, end) : undefined;
}

/** Adds a checksum to content, for {@link openChecksummed}. */
export function sealChecksummed(content: Buffer): Buffer {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(content), 0);
  return Buffer.concat([content, checksum]);
}
