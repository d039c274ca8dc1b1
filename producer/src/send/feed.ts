import type { EventSource } from '../record/source';
import type { Entry } from './entry';
import type { Packer } from './pack';

export interface FeedSettings {
  readonly source: EventSource;
  readonly packer: Packer;
  /** Most events to take. */
  readonly amount: number;
  /** Time after which no event is taken, in milliseconds of the monotonic clock. */
  readonly endsAt: number;
  /** Receives each event taken, as NDJSON bytes; a promise holds further events back until it settles. */
  readonly print?: ((lines: Buffer) => Promise<void> | undefined) | undefined;
  /** Called with the events taken and their bytes. */
  readonly onTaken: (events: number, bytes: number) => void;
  /** Called when events arrive after a wait. */
  readonly onArrival: () => void;
}

/** Longest wait of an event for others, to fill a request or a packed record, when the source is slow. */
const REQUEST_LINGER_MS = 20;
const PACK_LINGER_MS = 1_000;

/** Takes events from the source on demand, and holds the records that are ready to send. */
export class Feed {
  private readonly ready: Entry[] = [];
  private head = 0;
  private pending = false;
  private blocked = false;
  private ended = false;
  private waitingSince = 0;
  private packingSince = 0;
  /** Events taken from the source. */
  taken = 0;
  /** Error that ended the source early. */
  error?: unknown;

  constructor(private readonly settings: FeedSettings) {}

  /** Whether the source has ended and no record is left here. */
  get exhausted(): boolean {
    return this.ended && this.length === 0 && !this.settings.packer.pending;
  }

  /** Whether several events share one record. */
  get packs(): boolean {
    return this.settings.packer.packs;
  }

  get length(): number {
    return this.ready.length - this.head;
  }

  /** Whether an entry is ready to send now, or the end is known. */
  get available(): boolean {
    if (this.ended) return !this.exhausted;
    return !this.pending && (!this.blocked || this.length > 0);
  }

  /** Whether no further event will be taken. */
  get closed(): boolean {
    return this.ended;
  }

  /** Takes no further events from the source; records already taken can still be sent. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.settings.source.close?.();
  }

  /** Requests at most `max` events from the source, unless it is still busy with the last request. */
  pull(max: number, now: number): void {
    if (now >= this.settings.endsAt || this.taken >= this.settings.amount) this.close();
    if (this.ended || this.pending || this.blocked) return;
    let next: ReturnType<EventSource['next']>;
    try {
      next = this.settings.source.next(Math.min(max, this.settings.amount - this.taken));
    } catch (error) {
      this.fail(error);
      return;
    }
    if (!(next instanceof Promise)) {
      this.accept(next, now);
      return;
    }
    this.pending = true;
    next
      .then(
        (chunk) => {
          if (!this.ended) this.accept(chunk, performance.now());
        },
        (error: unknown) => this.fail(error),
      )
      .finally(() => {
        this.pending = false;
        this.settings.onArrival();
      });
  }

  /** Moves records to `batch`, up to its limits. With a slow source, a part-filled batch waits a little for more. */
  fill(batch: Entry[], maxRecords: number, maxBytes: number, now: number): number {
    if (this.settings.packer.pending && (this.ended || now >= this.packingSince + PACK_LINGER_MS)) {
      this.settings.packer.flush(this.ready);
    }
    const partial = this.pending && !this.ended && batch.length + this.length < maxRecords;
    if (partial && now < this.waitingSince + REQUEST_LINGER_MS) return maxBytes;
    let room = maxBytes;
    while (batch.length < maxRecords && this.head < this.ready.length) {
      const entry = this.ready[this.head] as Entry;
      if (entry.size > room && batch.length > 0) break;
      batch.push(entry);
      room -= entry.size;
      this.head++;
    }
    if (this.head === this.ready.length) {
      this.ready.length = 0;
      this.head = 0;
    }
    return room;
  }

  /** Time at which part-filled batches and packs go out, in milliseconds of the monotonic clock. */
  get nextFlush(): number {
    const request = this.length > 0 && this.pending ? this.waitingSince + REQUEST_LINGER_MS : Number.POSITIVE_INFINITY;
    const pack = this.settings.packer.pending ? this.packingSince + PACK_LINGER_MS : Number.POSITIVE_INFINITY;
    return Math.min(request, pack);
  }

  /** Removes and returns the events that were taken and not sent: a run was cut short. */
  drop(): Entry[] {
    this.settings.packer.flush(this.ready);
    return this.ready.splice(0).slice(this.head);
  }

  private fail(error: unknown): void {
    this.error = error;
    this.close();
  }

  private accept(chunk: Awaited<ReturnType<EventSource['next']>>, now: number): void {
    if (chunk === undefined) {
      this.close();
      return;
    }
    const wasPacking = this.settings.packer.pending;
    if (this.length === 0) this.waitingSince = now;
    this.taken += chunk.starts.length;
    this.settings.packer.add(chunk, this.ready);
    if (!wasPacking && this.settings.packer.pending) this.packingSince = now;
    this.settings.onTaken(chunk.starts.length, chunk.bytes.length);
    const printed = this.settings.print?.(chunk.bytes);
    if (printed === undefined) return;
    this.blocked = true;
    printed.finally(() => {
      this.blocked = false;
      this.settings.onArrival();
    });
  }
}
