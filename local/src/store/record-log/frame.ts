import { crc32 } from 'node:zlib';

/** One record to append. */
export interface LogEntry {
  /** Up to 65,535 bytes of UTF-8. */
  readonly key: string;
  readonly data: Uint8Array;
}

/** One record read from a log. */
export interface StoredEntry extends LogEntry {
  /** Its number in the log, larger than the one before. */
  readonly number: number;
  /** Time of the append, in milliseconds since the epoch. */
  readonly at: number;
  readonly flags: number;
  readonly data: Buffer;
}

/** Header of a frame. */
export interface FrameHeader {
  /** Bytes of the whole frame, header included. */
  readonly size: number;
  readonly checksum: number;
  readonly first: number;
  readonly at: number;
  readonly count: number;
  readonly flags: number;
}

/*
 * A frame is one append: all of its records, or none. Its header, little endian: size u32, checksum u32 over all that
 * follows, first number u48, time u48, count u32, flags u8, three bytes of zero. Then each record: bytes of the key
 * u16, bytes of the data u32, key, data.
 */
export const FRAME_HEADER_BYTES = 28;
/** Flags of the frame without records that ends a segment: a segment without it has lost its end. */
export const SEAL = 0xff;
const CHECKED_FROM = 8;
const ENTRY_HEADER_BYTES = 6;

/** Builds the frame of one append. */
export function writeFrame(entries: readonly LogEntry[], first: number, at: number, flags: number): Buffer {
  let size = FRAME_HEADER_BYTES;
  for (const entry of entries) size += ENTRY_HEADER_BYTES + Buffer.byteLength(entry.key) + entry.data.length;
  const frame = Buffer.allocUnsafe(size);
  let offset = FRAME_HEADER_BYTES;
  for (const { key, data } of entries) {
    const keyBytes = frame.write(key, offset + ENTRY_HEADER_BYTES);
    frame.writeUInt16LE(keyBytes, offset);
    frame.writeUInt32LE(data.length, offset + 2);
    offset += ENTRY_HEADER_BYTES + keyBytes;
    frame.set(data, offset);
    offset += data.length;
  }
  frame.writeUInt32LE(size, 0);
  frame.writeUIntLE(first, 8, 6);
  frame.writeUIntLE(at, 14, 6);
  frame.writeUInt32LE(entries.length, 20);
  frame.writeUInt32LE(flags, 24);
  frame.writeUInt32LE(crc32(frame.subarray(CHECKED_FROM)), 4);
  return frame;
}

/** Reads the header at `offset`; at least {@link FRAME_HEADER_BYTES} must follow. */
export function readFrameHeader(bytes: Buffer, offset: number): FrameHeader {
  return {
    size: bytes.readUInt32LE(offset),
    checksum: bytes.readUInt32LE(offset + 4),
    first: bytes.readUIntLE(offset + 8, 6),
    at: bytes.readUIntLE(offset + 14, 6),
    count: bytes.readUInt32LE(offset + 20),
    flags: bytes[offset + 24] as number,
  };
}

/** Whether the complete frame at `offset` is undamaged, by its checksum. */
export function isIntact(bytes: Buffer, offset: number, header: FrameHeader): boolean {
  return crc32(bytes.subarray(offset + CHECKED_FROM, offset + header.size)) === header.checksum;
}

/**
 * Whether a header is possible at all: a cheap check before the checksum. @param room bytes from its start to the
 * file's end
 */
export function isPlausible(header: FrameHeader, room: number): boolean {
  const { size, count } = header;
  return size >= FRAME_HEADER_BYTES + count * ENTRY_HEADER_BYTES && size <= room;
}

/**
 * The frame's records from number `from` on, at most `limit`. Their data are parts of one copy, since `bytes` is reused:
 * a copy for each takes twice the time.
 */
export function readEntries(
  bytes: Buffer,
  frameOffset: number,
  header: FrameHeader,
  from: number,
  limit: number,
): StoredEntry[] {
  const entries: StoredEntry[] = [];
  const end = frameOffset + header.size;
  let offset = frameOffset + FRAME_HEADER_BYTES;
  let copy: Buffer | undefined;
  for (let index = 0; index < header.count && entries.length < limit; index++) {
    const keyBytes = bytes.readUInt16LE(offset);
    const dataBytes = bytes.readUInt32LE(offset + 2);
    const keyAt = offset + ENTRY_HEADER_BYTES;
    offset = keyAt + keyBytes + dataBytes;
    if (header.first + index < from) continue;
    copy ??= Buffer.from(bytes.subarray(keyAt, end));
    const dataEnd = copy.length - (end - offset);
    entries.push({
      number: header.first + index,
      at: header.at,
      flags: header.flags,
      key: bytes.toString('utf8', keyAt, keyAt + keyBytes),
      data: copy.subarray(dataEnd - dataBytes, dataEnd),
    });
  }
  return entries;
}
