import { mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { type FileHandle, rm } from 'node:fs/promises';
import { readAcknowledged, writeAcknowledged } from './acknowledged';
import { type LogEntry, readEntries, readFrameHeader, SEAL, type StoredEntry, writeFrame } from './frame';
import { segmentsOf } from './inspect';
import { openFiles } from './open-files';
import { type NotedGap, readGaps } from './repair';
import { FrameReader, Segment } from './segment';

export type { LogEntry, StoredEntry } from './frame';

const SEGMENT_BYTES = 16 * 1024 * 1024;
/** Most frames written by one call. */
const MAX_FRAMES_A_WRITE = 512;
/** Milliseconds after a write within which the acknowledged position is stored. */
const NOTE_MS = 100;
/** More numbers than any run of the endpoint assigns between two stored positions. */
const JUMP = 2 ** 30;
/**
 * Tolerance of a clock set back, in milliseconds: beyond it the clock was wrong before, and times of records go back
 * with it.
 */
const CLOCK_TOLERANCE_MS = 1_000;

export interface ReadOptions {
  readonly maxEntries: number;
  /** Bytes of keys and data; the first record is returned even if it alone is larger. */
  readonly maxBytes: number;
  /** Records appended before this time are skipped. */
  readonly notBefore: number;
}

/** Synchronous result of {@link RecordLog.append}. */
export interface Appended {
  /** Number of the first record. */
  readonly first: number;
  /** Time of the records. */
  readonly at: number;
  readonly written: Promise<void>;
}

interface Pending {
  readonly frame: Buffer;
  /** Whether the frame begins a segment, since its time is before the last frame's. */
  readonly begins: boolean;
  readonly written: (error?: Error) => void;
}

/**
 * An append-only log of keyed records in a folder: segment files of checksummed frames, and a sparse index in memory.
 * An append resolves when the operating system has its frame, so that it outlives a killed process; appends during a
 * write are combined in the next one. Old records are removed by whole segments.
 *
 * A small file beside the segments holds the position up to which the log is acknowledged: it distinguishes damage from
 * a killed process's unfinished writes (see `inspect.ts`). A log that was not closed continues with numbers that were
 * never assigned.
 *
 * Times never decrease within a segment. If the clock is set back, a new segment begins, and earlier records count as
 * appended before it.
 *
 * The log uses files instead of a table of the store because of memory: a million records of 240 bytes were appended at
 * 284,000 a second with 175 MB resident, in LMDB at 63,000 a second (297,000 without its syncs) with 980 MB, since the
 * pages that it maps count. A power cut, unlike a killed process, can lose data that the operating system has not yet
 * written.
 */
export class RecordLog {
  private readonly segments: Segment[];
  private readonly pending: Pending[] = [];
  private nextNumber = 1;
  /** Number after the newest record's. */
  private endNumber = 1;
  private lastTime = 0;
  private writing: Promise<void> | undefined;
  private lastWritten: Promise<void> = Promise.resolve();
  private noting: NodeJS.Timeout | undefined;
  private noted: Promise<void> = Promise.resolve();
  /** Whether the stored position says that the log was closed. */
  private closed = true;
  private knownGaps: readonly NotedGap[] | undefined;

  /**
   * Opens the log in a folder, which the first append creates. Cuts off an incomplete append of a killed process;
   * `inspectLog` must have found no damage before.
   * @param segmentBytes size at which a new segment begins
   */
  constructor(
    private readonly folder: string,
    private readonly segmentBytes = SEGMENT_BYTES,
  ) {
    this.segments = segmentsOf(folder);
    const last = this.segments[this.segments.length - 1];
    for (const segment of this.segments) if (segment !== last) segment.size = statSync(segment.path).size;
    const acknowledged = readAcknowledged(folder);
    if (last === undefined && acknowledged === undefined) return;
    const { next, rest } = last?.recover() ?? { next: 1, rest: 0 };
    const known = typeof acknowledged === 'object' ? acknowledged : undefined;
    if (last !== undefined && rest > 0) {
      if (known?.segment === last.first && last.size < known.size) throw new Error(`${last.path} is damaged.`);
      truncateSync(last.path, last.size);
    }
    this.endNumber = next;
    this.nextNumber = Math.max(next, known?.next ?? 0) + (known?.closed === true ? 0 : JUMP);
    this.lastTime = last?.lastAt ?? last?.firstAt ?? 0;
  }

  /** Lower bound of the next record's number; the first one's is 1. */
  get next(): number {
    return this.nextNumber;
  }

  /** Lost records, as repairs recorded them while the log was closed. */
  get gaps(): readonly NotedGap[] {
    this.knownGaps ??= readGaps(this.folder);
    return this.knownGaps;
  }

  /** Whether no record from this number on exists yet. */
  isAtTip(number: number): boolean {
    return number >= this.endNumber;
  }

  /**
   * Appends records as one unit.
   * @param at the present. Times of a log don't decrease when the clock is set back a little: they stand still
   * @param flags a byte stored with the records, below {@link SEAL}
   * @returns synchronously, with a promise of the write
   */
  append(entries: readonly LogEntry[], at: number, flags = 0): Appended {
    const first = this.nextNumber;
    this.nextNumber += entries.length;
    const begins = at < this.lastTime - CLOCK_TOLERANCE_MS;
    this.lastTime = begins ? at : Math.max(at, this.lastTime);
    const frame = writeFrame(entries, first, this.lastTime, flags);
    const written = new Promise<void>((resolve, reject) => {
      this.pending.push({ frame, begins, written: (error) => (error === undefined ? resolve() : reject(error)) });
    });
    this.writing ??= this.write();
    this.lastWritten = written;
    return { first, at: this.lastTime, written };
  }

  /** Resolves once all appends are written. */
  async flush(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
  }

  /** Reads written records in order, from number `from` on. */
  async read(from: number, options: ReadOptions): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    let room = options.maxBytes;
    let position = from;
    for (const segment of this.segmentsFrom(from)) {
      const latest = this.latestIn(segment);
      if (latest < options.notBefore) continue;
      const isFull = await this.readFrames(segment, { number: position }, (frame) => {
        const { header } = frame;
        if (header.first + header.count <= position || header.at < options.notBefore) return false;
        frame.verify();
        const limit = options.maxEntries - entries.length;
        for (const entry of readEntries(frame.bytes, frame.at, header, position, limit)) {
          room -= entry.data.length + Buffer.byteLength(entry.key);
          if (room < 0 && entries.length > 0) return true;
          entries.push(entry.at > latest ? { ...entry, at: latest } : entry);
          position = entry.number + 1;
        }
        return entries.length >= options.maxEntries;
      });
      if (isFull) break;
    }
    return entries;
  }

  /** Number of the first record appended at this time or later; {@link next} if there is none. */
  async numberAt(time: number): Promise<number> {
    // `next` before the flush: appends in progress are included, later ones aren't.
    const { next } = this;
    await this.lastWritten.catch(() => {});
    for (const segment of [...this.segments]) {
      if (this.latestIn(segment) < time) continue;
      let found: number | undefined;
      await this.readFrames(segment, { at: time }, ({ header }) => {
        if (header.at < time || header.count === 0) return false;
        found = header.first;
        return true;
      });
      if (found !== undefined) return found;
    }
    return next;
  }

  /** Deletes segments whose records are all older than this time, but never the newest segment. */
  async trim(before: number): Promise<void> {
    while (this.segments.length > 1 && this.latestIn(this.segments[0] as Segment) < before) {
      const [oldest] = this.segments.splice(0, 1) as [Segment];
      await openFiles.close(oldest.path);
      await rm(oldest.path, { force: true });
    }
  }

  /** Writes everything and closes the files; the next append opens them again. */
  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.noting);
    this.noting = undefined;
    if (!this.closed) {
      await this.note(true);
      this.closed = true;
    }
    for (const { path } of this.segments) await openFiles.close(path);
  }

  /** Closes the log and deletes its folder. */
  async remove(): Promise<void> {
    await this.close();
    this.segments.length = 0;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private segmentsFrom(number: number): Segment[] {
    let start = this.segments.length - 1;
    while (start > 0 && (this.segments[start] as Segment).first > number) start--;
    return this.segments.slice(Math.max(0, start));
  }

  /** Latest time of a segment's records: the beginning of the next one. */
  private latestIn(segment: Segment): number {
    let latest = Number.POSITIVE_INFINITY;
    for (let index = this.segments.length - 1; index >= 0 && this.segments[index] !== segment; index--)
      latest = Math.min(latest, (this.segments[index] as Segment).firstAt);
    return latest;
  }

  /** Reads frames until `visit` returns that it has enough. A segment deleted meanwhile is skipped. */
  private async readFrames(
    segment: Segment,
    from: Parameters<Segment['seek']>[1],
    visit: (frame: NonNullable<Awaited<ReturnType<FrameReader['next']>>>) => boolean,
  ): Promise<boolean> {
    const end = segment.size;
    if (end === 0) return false;
    try {
      return await openFiles.use(segment.path, false, async (handle) => {
        const reader = new FrameReader(handle, await segment.seek(handle, from), end);
        try {
          for (let frame = await reader.next(); frame !== undefined; frame = await reader.next())
            if (visit(frame)) return true;
          return false;
        } finally {
          reader.release();
        }
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  private async write(): Promise<void> {
    // Appends of the same turn of the event loop share a write.
    await Promise.resolve();
    while (this.pending.length > 0) {
      const turn = this.pending.findIndex(({ begins }, index) => index > 0 && begins);
      const batch = this.pending.splice(0, Math.min(turn === -1 ? MAX_FRAMES_A_WRITE : turn, MAX_FRAMES_A_WRITE));
      try {
        await this.writeBatch(batch);
        for (const { written } of batch) written();
      } catch (error) {
        for (const { written } of batch) written(error as Error);
      }
    }
    this.writing = undefined;
  }

  // Always at the end of the intact bytes: the next write overwrites a partly failed one, whose rest fails the checksum
  // if the process dies first.
  private async writeBatch(batch: readonly Pending[]): Promise<void> {
    const frames = batch.map(({ frame }) => frame);
    if (this.closed) await this.note(false);
    this.closed = false;
    const segment = await this.segmentFor(batch[0] as Pending);
    await openFiles.use(segment.path, segment.size === 0, (handle) => writeFrames(handle, segment, frames));
    const last = readFrameHeader(frames[frames.length - 1] as Buffer, 0);
    this.endNumber = last.first + last.count;
    this.noteSoon();
  }

  /** The newest segment, or a new one if that is full; a full one is sealed first. */
  private async segmentFor({ frame, begins }: Pending): Promise<Segment> {
    const newest = this.segments[this.segments.length - 1];
    if (newest !== undefined && !newest.sealed) {
      if (!begins && newest.size < this.segmentBytes) return newest;
      const seal = writeFrame([], this.endNumber, newest.lastAt ?? newest.firstAt, SEAL);
      if (newest.size > 0) await openFiles.use(newest.path, false, (handle) => writeFrames(handle, newest, [seal]));
    }
    const { first, at } = readFrameHeader(frame, 0);
    mkdirSync(this.folder, { recursive: true });
    // An empty segment, from a write that failed on a full disk.
    if (newest?.size === 0) this.segments.pop();
    const segment = Segment.create(this.folder, first, at);
    this.segments.push(segment);
    return segment;
  }

  private noteSoon(): void {
    if (this.noting !== undefined) return;
    this.noting = setTimeout(() => {
      this.noting = undefined;
      // The next write tries again. Without the position, damage at the log's very end looks like a torn tail.
      this.note(false).catch(() => {});
    }, NOTE_MS);
    this.noting.unref();
  }

  private note(closed: boolean): Promise<void> {
    const write = async () => {
      const newest = this.segments[this.segments.length - 1];
      if (newest === undefined || newest.size === 0) return;
      const { first, size } = newest;
      await writeAcknowledged(this.folder, { next: this.endNumber, segment: first, size, closed });
    };
    this.noted = this.noted.catch(() => {}).then(write);
    return this.noted;
  }
}

async function writeFrames(handle: FileHandle, segment: Segment, frames: readonly Buffer[]): Promise<void> {
  const length = frames.reduce((total, frame) => total + frame.length, 0);
  const { bytesWritten } = await handle.writev(frames, segment.size);
  if (bytesWritten < length) {
    await handle.truncate(segment.size).catch(() => {});
    throw Object.assign(new Error('The disk took only a part of the records.'), { code: 'ENOSPC' });
  }
  for (const frame of frames) segment.note(readFrameHeader(frame, 0), segment.size);
}
