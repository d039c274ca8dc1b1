import { crc32 as zlibCrc32 } from 'node:zlib';

/** A running cyclic redundancy check; `digest` returns its big-endian bytes. */
export interface Crc {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

/** CRC-32, as in zlib, gzip and ZIP. */
export function crc32(): Crc {
  return running(zlibCrc32);
}

/** CRC-32C (Castagnoli), as in S3 and Snappy's framing. */
export function crc32c(): Crc {
  castagnoli ??= tableOf(0x82f63b78);
  const table = castagnoli;
  return running((chunk, before) => {
    let crc = ~before;
    for (let index = 0; index < chunk.length; index++)
      crc = (table[(crc ^ (chunk[index] as number)) & 0xff] as number) ^ (crc >>> 8);
    return ~crc;
  });
}

let castagnoli: Uint32Array | undefined;

/** @param step computes the value after a chunk from the one before */
function running(step: (chunk: Uint8Array, before: number) => number): Crc {
  let value = 0;
  return {
    update: (chunk) => {
      value = step(chunk, value);
    },
    digest: () => bytesOf(value),
  };
}

/** Table of values for single bytes. @param polynomial reflected */
function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}

function bytesOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** CRC64NVME's reflected polynomial in two halves: BigInt would be a hundred times slower. */
const NVME = { high: 0x9a6c9329, low: 0xac4bc9b5 };

/** CRC64NVME, S3's default checksum of objects. */
export function crc64nvme(): Crc {
  halves ??= table64();
  const { high: highs, low: lows } = halves;
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update: (chunk) => {
      let h = high;
      let l = low;
      for (let index = 0; index < chunk.length; index++) {
        const entry = (l ^ (chunk[index] as number)) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ (lows[entry] as number);
        h = (h >>> 8) ^ (highs[entry] as number);
      }
      high = h;
      low = l;
    },
    digest: () => Buffer.concat([bytesOf(~high), bytesOf(~low)]),
  };
}

let halves: { high: Uint32Array; low: Uint32Array } | undefined;

function table64(): { high: Uint32Array; low: Uint32Array } {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let h = 0;
    let l = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1;
      l = (l >>> 1) | ((h & 1) << 31);
      h >>>= 1;
      if (odd === 1) {
        l ^= NVME.low;
        h ^= NVME.high;
      }
    }
    high[byte] = h;
    low[byte] = l;
  }
  return { high, low };
}
