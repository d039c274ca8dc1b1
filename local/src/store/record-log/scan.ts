import { readFileSync } from 'node:fs';
import { FRAME_HEADER_BYTES, type FrameHeader, isIntact, isPlausible, readFrameHeader, SEAL } from './frame';

/** A frame that is whole, and where. */
export interface FoundFrame {
  readonly offset: number;
  readonly header: FrameHeader;
  /** Only the frame's size was damaged; {@link header} has the right one. */
  readonly resized?: true;
}

/** Bytes of a segment that are no frame. */
export interface BadRange {
  readonly offset: number;
  readonly end: number;
  /** Number that the first record here should have. */
  readonly from: number;
  /** Number of the first readable record after; undefined if nothing readable follows. */
  readonly to?: number;
}

/** What a segment's file holds. */
export interface SegmentScan {
  readonly bytes: Buffer;
  readonly frames: readonly FoundFrame[];
  readonly bad: readonly BadRange[];
  /** Number after the last readable record's. */
  readonly next: number;
  readonly sealed: boolean;
}

/** Reads a whole segment, and finds the frames after bytes that are none. @param first number of its first record */
export function scanSegment(path: string, first: number): SegmentScan {
  const bytes = readFileSync(path);
  const frames: FoundFrame[] = [];
  const bad: BadRange[] = [];
  let next = first;
  for (let offset = 0; offset < bytes.length; ) {
    const found = frameAt(bytes, offset) ?? rest(bytes, offset, next);
    if (found === undefined) {
      bad.push({ offset, end: bytes.length, from: next });
      break;
    }
    if (found.offset > offset) bad.push({ offset, end: found.offset, from: next, to: found.header.first });
    frames.push(found);
    next = found.header.first + found.header.count;
    offset = found.offset + found.header.size;
  }
  const last = frames[frames.length - 1];
  const sealed = last?.header.flags === SEAL && last.offset + last.header.size === bytes.length;
  return { bytes, frames, bad, next, sealed };
}

function frameAt(bytes: Buffer, offset: number): FoundFrame | undefined {
  if (offset + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const header = readFrameHeader(bytes, offset);
  if (!isPlausible(header, bytes.length - offset) || !isIntact(bytes, offset, header)) return undefined;
  return { offset, header };
}

/** The next readable frame after damage; the damaged one itself where only its size is wrong. */
function rest(bytes: Buffer, from: number, number: number): FoundFrame | undefined {
  let found: FoundFrame | undefined;
  for (let offset = from + 1; found === undefined && offset + FRAME_HEADER_BYTES <= bytes.length; offset++) {
    // Numbers only grow, which leaves few places for which a checksum has to be computed.
    if (bytes.readUIntLE(offset + 8, 6) >= number) found = frameAt(bytes, offset);
  }
  const end = found?.offset ?? bytes.length;
  if (end - from < FRAME_HEADER_BYTES) return found;
  const header = { ...readFrameHeader(bytes, from), size: end - from };
  return isIntact(bytes, from, header) ? { offset: from, header, resized: true } : found;
}
