import { crc32 } from 'node:zlib';

/** What a small file of its own holds behind its checksum. @returns undefined if it isn't what was written. */
export function openChecksummed(content: Buffer): Buffer | undefined {
  if (content.length < 4) return undefined;
  const end = content.length - 4;
  return content.readUInt32LE(end) === crc32(content.subarray(0, end)) ? content.subarray(0, end) : undefined;
}

/** The content of a file that {@link openChecksummed} reads. */
export function sealChecksummed(content: Buffer): Buffer {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(content), 0);
  return Buffer.concat([content, checksum]);
}
