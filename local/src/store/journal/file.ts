import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** One write: a key and its new value. */
export interface JournalEntry {
  readonly key: Buffer;
  /** Undefined for a removal. */
  readonly value: string | undefined;
}

/*
 * A frame is one append: all of its entries, or none. Little endian: "JRN1", size u32 of the whole frame, checksum u32
 * over all that follows. Then each entry: bytes of the key u16, bytes of the value u32 (all ones: removed), key, value
 * in UTF-8.
 */
const MAGIC = Buffer.from('JRN1');
/** Beginning of the frames of every version. */
const FAMILY = Buffer.from('JRN');
const HEADER_BYTES = 12;
const ENTRY_HEADER_BYTES = 6;
const REMOVED = 0xffff_ffff;

/** Builds the frame of one append. */
export function writeFrame(entries: readonly JournalEntry[]): Buffer {
  let size = HEADER_BYTES;
  for (const { key, value } of entries)
    size += ENTRY_HEADER_BYTES + key.length + (value === undefined ? 0 : Buffer.byteLength(value));
  const frame = Buffer.allocUnsafe(size);
  let offset = HEADER_BYTES;
  for (const { key, value } of entries) {
    const valueAt = offset + ENTRY_HEADER_BYTES + key.length;
    const bytes = value === undefined ? 0 : frame.write(value, valueAt);
    frame.writeUInt16LE(key.length, offset);
    frame.writeUInt32LE(value === undefined ? REMOVED : bytes, offset + 2);
    key.copy(frame, offset + ENTRY_HEADER_BYTES);
    offset = valueAt + bytes;
  }
  MAGIC.copy(frame);
  frame.writeUInt32LE(size, 4);
  frame.writeUInt32LE(crc32(frame.subarray(HEADER_BYTES)), 8);
  return frame;
}

/** Readable content of a journal's file. */
export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  /** Reason why content after the whole frames is lost; undefined for a frame that a killed process left incomplete. */
  readonly problem: string | undefined;
  /** Bytes of whole frames. */
  readonly size: number;
}

/** @param isLast whether this is the newest file: only its end may be incomplete */
export function readJournalFile(path: string, isLast: boolean): JournalContent {
  const bytes = readFileSync(path);
  const entries: JournalEntry[] = [];
  let offset = 0;
  for (let size = frameAt(bytes, offset); size !== undefined; size = frameAt(bytes, offset)) {
    readEntries(bytes, offset, size, entries);
    offset += size;
  }
  return { entries, problem: problemAt(bytes, offset, isLast), size: offset };
}

function problemAt(bytes: Buffer, offset: number, isLast: boolean): string | undefined {
  if (offset === bytes.length) return undefined;
  if (isOfAnotherVersion(bytes, offset))
    return `goes on at byte ${offset} in another version's format: start that version once, which takes its writes in`;
  return isLast && !isFollowed(bytes, offset)
    ? undefined
    : `is damaged at byte ${offset}: writes from there on can't be read`;
}

/** @returns the size of the intact frame at an offset */
function frameAt(bytes: Buffer, offset: number): number | undefined {
  if (offset + HEADER_BYTES > bytes.length || !bytes.subarray(offset, offset + MAGIC.length).equals(MAGIC))
    return undefined;
  const size = bytes.readUInt32LE(offset + 4);
  if (size < HEADER_BYTES || offset + size > bytes.length) return undefined;
  const checksum = crc32(bytes.subarray(offset + HEADER_BYTES, offset + size));
  return checksum === bytes.readUInt32LE(offset + 8) ? size : undefined;
}

/** Whether another version wrote the frame at an offset: unlike an incomplete end, it must not be dropped. */
function isOfAnotherVersion(bytes: Buffer, offset: number): boolean {
  const version = bytes[offset + FAMILY.length];
  return (
    bytes.subarray(offset, offset + FAMILY.length).equals(FAMILY) &&
    version !== undefined &&
    version !== MAGIC[FAMILY.length]
  );
}

/** Whether an unreadable frame was once complete: it has its full size, or other frames follow. */
function isFollowed(bytes: Buffer, offset: number): boolean {
  if (offset + HEADER_BYTES <= bytes.length && bytes.readUInt32LE(offset + 4) === bytes.length - offset) return true;
  for (let at = bytes.indexOf(MAGIC, offset + 1); at !== -1; at = bytes.indexOf(MAGIC, at + 1))
    if (frameAt(bytes, at) !== undefined) return true;
  return false;
}

function readEntries(bytes: Buffer, frame: number, size: number, into: JournalEntry[]): void {
  let offset = frame + HEADER_BYTES;
  while (offset < frame + size) {
    const keyAt = offset + ENTRY_HEADER_BYTES;
    const valueAt = keyAt + bytes.readUInt16LE(offset);
    const length = bytes.readUInt32LE(offset + 2);
    offset = valueAt + (length === REMOVED ? 0 : length);
    const value = length === REMOVED ? undefined : bytes.toString('utf8', valueAt, offset);
    into.push({ key: bytes.subarray(keyAt, valueAt), value });
  }
}
