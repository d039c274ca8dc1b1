import { readFileSync } from 'node:fs';
import { FRAME_HEADER_BYTES, type FrameHeader, isIntact, isPlausible, readFrameHeader, SEAL } from './frame';

/** An intact frame and its position. */
export interface FoundFrame {
  readonly offset: number;
  readonly header: FrameHeader;
  /** Set if only the frame's size was damaged; {@link header} has the right one. */
  readonly resized?: true;
}

/** Bytes of a segment that aren't a frame. */
export interface BadRange {
  readonly offset: number;
  readonly end: number;
  /** Expected number of the first record in them. */
  readonly from: number;
  /** Number of the first readable record after them; undefined if there is none. */
  readonly to?: number;
}

/** Content of a segment's file. */
export interface SegmentScan {
  readonly bytes: Buffer;
  readonly frames: readonly FoundFrame[];
  readonly bad: readonly BadRange[];
  /** Number after the last readable record's. */
  readonly next: number;
  readonly sealed: boolean;
}

/** Reads a whole segment, and finds frames behind damaged bytes. @param first number of its first record */
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

/** The next readable frame after damage; the damaged one itself if only its size is wrong. */
function rest(bytes: Buffer, from: number, number: number): FoundFrame | undefined {
  let found: FoundFrame | undefined;
  for (let offset = from + 1; found === undefined && offset + FRAME_HEADER_BYTES <= bytes.length; offset++) {
    // Numbers only grow, which leaves few offsets at which to compute a checksum.
    if (bytes.readUIntLE(offset + 8, 6) >= number) found = frameAt(bytes, offset);
  }
  const end = found?.offset ?? bytes.length;
  if (end - from < FRAME_HEADER_BYTES) return found;
  const header = { ...readFrameHeader(bytes, from), size: end - from };
  return isIntact(bytes, from, header) ? { offset: from, header, resized: true } : found;
}
