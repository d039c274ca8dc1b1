import * as zlib from 'node:zlib';

const TABLE = new Int32Array(256).map((_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32InScript(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** CRC-32 as in zlib. Node has it built in from 20.15 on. */
export const crc32: (data: Uint8Array) => number = zlib.crc32 ?? crc32InScript;
