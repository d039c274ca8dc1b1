import { constants, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const NAME = 'acknowledged';
const BYTES = 32;
const MAGIC = 0x314b4341; // "ACK1", little endian.

/** Position up to which a log is acknowledged: missing or unreadable bytes before it are damage, not a torn tail. */
export interface Acknowledged {
  /** Lower bound of the next record's number. */
  readonly next: number;
  /** First number of the newest segment, and its written bytes; 0 without one. */
  readonly segment: number;
  readonly size: number;
  /** Whether the log was closed then: no number was assigned since. */
  readonly closed: boolean;
}

/** @returns `'damaged'` if the file exists and is damaged; undefined without the file */
export function readAcknowledged(folder: string): Acknowledged | 'damaged' | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, NAME));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (bytes.length !== BYTES || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== crc32(bytes.subarray(8)))
    return 'damaged';
  return {
    next: bytes.readUIntLE(8, 6),
    segment: bytes.readUIntLE(14, 6),
    size: bytes.readUIntLE(20, 6),
    closed: bytes[26] === 1,
  };
}

/** Most positions written at a time: each opens a file for a moment, and there may be hundreds of logs. */
const LANES = 4;
const lanes: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve());
let turn = 0;

/** Writes the position in place, by one write of a few bytes, which a killed process has done or not done. */
export function writeAcknowledged(folder: string, acknowledged: Acknowledged): Promise<void> {
  const lane = turn++ % LANES;
  const done = (lanes[lane] as Promise<void>).then(() => write(folder, acknowledged));
  lanes[lane] = done.catch(() => {});
  return done;
}

async function write(folder: string, { next, segment, size, closed }: Acknowledged): Promise<void> {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUIntLE(next, 8, 6);
  bytes.writeUIntLE(segment, 14, 6);
  bytes.writeUIntLE(size, 20, 6);
  bytes[26] = closed ? 1 : 0;
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  let file: FileHandle | undefined;
  try {
    file = await open(join(folder, NAME), constants.O_RDWR | constants.O_CREAT);
    await file.write(bytes, 0, BYTES, 0);
  } finally {
    await file?.close();
  }
}
