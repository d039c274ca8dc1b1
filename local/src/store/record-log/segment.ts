import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FRAME_HEADER_BYTES, type FrameHeader, isIntact, isPlausible, readFrameHeader, SEAL } from './frame';

/** Bytes of a segment's file between two entries of its index. */
const INDEX_STEP_BYTES = 64 * 1024;
const SCAN_BYTES = 1024 * 1024;

/** Position of a frame in the file. */
interface Mark {
  readonly first: number;
  readonly at: number;
  readonly offset: number;
}

/** One file of a log: frames one after the other. Its name has its first number and time. */
export class Segment {
  /** Bytes that are written and readable. */
  size = 0;
  /** Time of the newest frame; undefined if only reading the file would tell. */
  lastAt: number | undefined;
  /** Whether it ends with the frame that seals it. */
  sealed = false;
  private marks: Mark[] | undefined;

  private constructor(
    readonly path: string,
    readonly first: number,
    readonly firstAt: number,
  ) {}

  /** A segment whose file doesn't exist yet. */
  static create(folder: string, first: number, firstAt: number): Segment {
    const name = `${String(first).padStart(16, '0')}-${String(firstAt).padStart(14, '0')}.log`;
    const segment = new Segment(join(folder, name), first, firstAt);
    segment.marks = [];
    return segment;
  }

  /** The segment in this file. @returns undefined if the name isn't a segment's. */
  static ofFile(path: string): Segment | undefined {
    const match = /^(\d{16})-(\d{14})\.log$/.exec(basename(path));
    return match === null ? undefined : new Segment(path, Number(match[1]), Number(match[2]));
  }

  /** Records a frame that was written at `offset`. */
  note(header: Pick<FrameHeader, 'first' | 'at' | 'size' | 'flags'>, offset: number): void {
    this.lastAt = header.at;
    this.sealed = header.flags === SEAL;
    this.size = offset + header.size;
    if (this.marks !== undefined) mark(this.marks, header, offset);
  }

  /**
   * Records every frame from the file's beginning up to the first incomplete one.
   * @returns the number after the last record's, and the remaining bytes of the file
   */
  recover(): { next: number; rest: number } {
    const file = openSync(this.path, 'r');
    try {
      const length = fstatSync(file).size;
      let next = this.first;
      this.marks = [];
      let bytes: Buffer = Buffer.alloc(0);
      let start = 0;
      for (let offset = 0; offset + FRAME_HEADER_BYTES <= length; ) {
        if (offset + FRAME_HEADER_BYTES > start + bytes.length) {
          [bytes, start] = [readAt(file, offset, SCAN_BYTES), offset];
        }
        const header = readFrameHeader(bytes, offset - start);
        if (!isPlausible(header, length - offset)) break;
        if (offset + header.size > start + bytes.length) {
          [bytes, start] = [readAt(file, offset, Math.max(SCAN_BYTES, header.size)), offset];
        }
        if (!isIntact(bytes, offset - start, header)) break;
        this.note(header, offset);
        next = header.first + header.count;
        offset += header.size;
      }
      return { next, rest: length - this.size };
    } finally {
      closeSync(file);
    }
  }

  /**
   * Offset at which to start reading for a record number, or for the first frame at or after a time; never too late.
   * @param file the segment's, open for reading
   */
  async seek(file: FileHandle, target: { readonly number: number } | { readonly at: number }): Promise<number> {
    this.marks ??= await this.index(file);
    const { marks } = this;
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const mark = marks[middle] as Mark;
      if ('number' in target ? mark.first <= target.number : mark.at < target.at) low = middle + 1;
      else high = middle;
    }
    return marks[low - 1]?.offset ?? 0;
  }

  private async index(file: FileHandle): Promise<Mark[]> {
    const marks: Mark[] = [];
    const frames = new FrameReader(file, 0, this.size);
    let offset = 0;
    for (let frame = await frames.next(); frame !== undefined; frame = await frames.next()) {
      mark(marks, frame.header, offset);
      offset += frame.header.size;
    }
    frames.release();
    return marks;
  }
}

function mark(marks: Mark[], { first, at }: Pick<FrameHeader, 'first' | 'at'>, offset: number): void {
  const last = marks[marks.length - 1];
  if (last === undefined || offset - last.offset >= INDEX_STEP_BYTES) marks.push({ first, at, offset });
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
}

/**
 * Buffers of finished readers, for reuse: a new one for each read of a few records made V8 collect garbage every few
 * dozen reads, which took twice the time of the reads.
 */
const spare: Buffer[] = [];
const MOST_SPARE = 4;

/** Reads frames of a file in order, in pieces of bounded size. Must be released at the end. */
export class FrameReader {
  private buffer: Buffer | undefined;
  private bytes: Buffer = Buffer.alloc(0);
  private start = 0;

  constructor(
    private readonly file: FileHandle,
    private offset: number,
    private readonly end: number,
  ) {}

  /** Returns its buffer to the pool: results of `next` are invalid afterwards. */
  release(): void {
    if (this.buffer?.length === SCAN_BYTES && spare.length < MOST_SPARE) spare.push(this.buffer);
    this.buffer = undefined;
    this.bytes = Buffer.alloc(0);
  }

  /** The next frame and its bytes, valid until the next call. @throws if it is damaged */
  async next(): Promise<{ header: FrameHeader; bytes: Buffer; at: number; verify: () => void } | undefined> {
    if (this.offset >= this.end) return undefined;
    if (this.offset + FRAME_HEADER_BYTES > this.start + this.bytes.length) await this.load(SCAN_BYTES);
    const header = readFrameHeader(this.bytes, this.offset - this.start);
    if (!isPlausible(header, this.end - this.offset)) throw damaged(header);
    if (this.offset + header.size > this.start + this.bytes.length) await this.load(Math.max(SCAN_BYTES, header.size));
    const { bytes } = this;
    const at = this.offset - this.start;
    this.offset += header.size;
    const verify = () => {
      if (!isIntact(bytes, at, header)) throw damaged(header);
    };
    return { header, bytes, at, verify };
  }

  private async load(length: number): Promise<void> {
    if (this.buffer === undefined || this.buffer.length < length)
      this.buffer = (length === SCAN_BYTES ? spare.pop() : undefined) ?? Buffer.allocUnsafeSlow(length);
    const bytes = this.buffer.subarray(0, Math.min(length, this.end - this.offset));
    const { bytesRead } = await this.file.read(bytes, 0, bytes.length, this.offset);
    if (bytesRead < bytes.length) throw new Error('A record log is shorter on disk than what was written to it.');
    this.bytes = bytes;
    this.start = this.offset;
  }
}

const damaged = ({ first }: FrameHeader) => new Error(`A record log is damaged on disk at record ${first}.`);
