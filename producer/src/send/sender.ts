import { setMaxListeners } from 'node:events';
import type { PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { CapacityFinder, costOf } from './capacity';
import type { Entry } from './entry';
import { classify, type Failure, type FailureKind, FatalError, recordFailureKind } from './failure';
import { Feed, type FeedSettings } from './feed';
import { MAX_BATCH_BYTES, MAX_BATCH_RECORDS } from './limits';
import { Pacer } from './pacer';
import type { Put } from './put';
import { RetryQueue } from './retry-queue';
import { Signal } from './signal';
import type { Tally } from './tally';
import { Window } from './window';

export interface SenderSettings {
  readonly put: Put;
  readonly tally: Tally;
  /** Requests in flight: a number, or found by measuring. */
  readonly concurrency: number | 'auto';
  /** The stream's shards, as the starting rate. */
  readonly shards: number;
  /** Whether to follow the stream's capacity; if not, only `rate` and the window limit sending. */
  readonly adaptive: boolean;
  /** Most events or bytes a second. */
  readonly rate: { readonly unit: 'events' | 'bytes'; readonly perSecond: number };
  /** Milliseconds after its first attempt at which a record is given up. */
  readonly retryFor: number;
  /** Longest wait before an attempt, in milliseconds. */
  readonly longestBackoff: number;
  /** A number from 0 to 1, for jitter. */
  readonly random: () => number;
}

const THROTTLED_BACKOFF_MS = 100;
const TRANSIENT_BACKOFF_MS = 50;
/** Most records waiting for another attempt; beyond, nothing new is taken: bounds memory while the stream is down. */
const MOST_RETRIES = 5_000;
/** Most bytes taken and not yet acknowledged; beyond, nothing new is taken. */
const MOST_BYTES = 48 * 1024 * 1024;
/** Length in seconds of the slices that a rate is kept in: a slow rate is even, and a fast one takes few steps. */
const RATE_SLICE_SECONDS = 0.01;
const LAST_ANSWERS_MS = 1_500;
/** Failures after which no record will be accepted. */
const ENDS_THE_RUN: ReadonlySet<FailureKind> = new Set(['denied', 'no-stream', 'unreachable']);

/**
 * Sends a feed's records until it is exhausted: several requests at a time, failed records again, each on its own. One
 * loop decides; answers and arrivals only wake it. Takes only records from the feed that can be sent soon, so that a
 * slow stream slows its source down and memory stays flat.
 */
export class Sender {
  readonly feed: Feed;
  private readonly signal = new Signal();
  private readonly retries = new RetryQueue();
  private readonly window: Window;
  private readonly capacity: CapacityFinder;
  private readonly rate: Pacer;
  private readonly hardStop = new AbortController();
  private outstandingBytes = 0;
  private fatal?: Failure;
  inFlight = 0;

  constructor(
    private readonly settings: SenderSettings,
    feed: Omit<FeedSettings, 'onTaken' | 'onArrival'>,
  ) {
    // No limit of listeners: each request in flight has one, and Node warns of a leak beyond ten.
    setMaxListeners(0, this.hardStop.signal);
    this.window = new Window(settings.concurrency);
    const shards = settings.adaptive ? settings.shards : Number.POSITIVE_INFINITY;
    this.capacity = new CapacityFinder(shards, performance.now());
    this.rate = new Pacer(settings.rate.perSecond);
    this.feed = new Feed({
      ...feed,
      onTaken: (events, bytes) => this.rate.spend(settings.rate.unit === 'events' ? events : bytes, performance.now()),
      onArrival: () => this.signal.raise(),
    });
  }

  /** Takes no further events; the run ends once those taken are sent. */
  drain(): void {
    this.feed.close();
    this.signal.raise();
  }

  /** Gives up everything that isn't acknowledged yet. */
  stopNow(): void {
    this.hardStop.abort();
    this.signal.raise();
  }

  /** Sends until the feed is exhausted, or until stopped. @throws FatalError if no record will be accepted */
  async run(): Promise<void> {
    const { feed } = this;
    while (!this.fatal && !this.hardStop.signal.aborted) {
      const now = performance.now();
      const batch = this.nextBatch(now);
      if (batch.length > 0) {
        void this.send(batch, now);
      } else if (feed.exhausted && this.retries.length === 0 && this.inFlight === 0) {
        return;
      } else {
        await this.signal.wait(this.nextStep(now) - now);
      }
    }
    await this.abandon();
    if (this.fatal) throw new FatalError(this.fatal);
  }

  /** The next request's records; none if it isn't time for a request. */
  private nextBatch(now: number): Entry[] {
    const batch: Entry[] = [];
    if (this.capacity.delay(now) > 0) return batch;
    if (this.inFlight >= this.window.size) this.window.wasFull();
    if (this.isFull(now)) return batch;
    const limit = Math.min(MAX_BATCH_RECORDS, this.capacity.slice(now));
    let room = MAX_BATCH_BYTES;
    for (let entry = this.retries.peek(now); entry; entry = this.retries.peek(now)) {
      if (batch.length >= limit || entry.size > room) return batch;
      room -= entry.size;
      batch.push(entry);
      this.retries.shift();
    }
    this.addFresh(batch, limit, room, now);
    return batch;
  }

  private addFresh(batch: Entry[], limit: number, bytes: number, now: number): void {
    if (!this.mayTakeFresh()) return;
    const { feed } = this;
    const fresh = batch.length;
    let room = bytes;
    // Asks the feed until the request is full: packed records take many events each, refused ones none.
    for (;;) {
      room = feed.fill(batch, limit, room, now);
      if (batch.length >= limit || room < bytes / 20 || feed.length > 0 || this.rate.delay(now) > 0) break;
      const { taken, closed } = feed;
      feed.pull(Math.min(feed.packs ? MAX_BATCH_RECORDS : limit - batch.length, this.eventsInRateSlice()), now);
      if (feed.taken === taken && feed.closed === closed) break;
    }
    for (let i = fresh; i < batch.length; i++) {
      const entry = batch[i] as Entry;
      entry.deadline = now + this.settings.retryFor;
      this.outstandingBytes += entry.size;
    }
  }

  private eventsInRateSlice(): number {
    if (this.rate.rate === Number.POSITIVE_INFINITY) return MAX_BATCH_RECORDS;
    const slice = this.rate.rate * RATE_SLICE_SECONDS;
    return Math.max(1, Math.floor(this.settings.rate.unit === 'events' ? slice : slice / 200));
  }

  /** Time at which the loop runs again, if nothing wakes it before. */
  private nextStep(now: number): number {
    // A full window: the next answer wakes the loop.
    if (this.isFull(now)) return Number.POSITIVE_INFINITY;
    const { feed } = this;
    let next = Math.min(this.retries.nextDue, feed.nextFlush);
    if (feed.available && this.mayTakeFresh()) {
      next = Math.min(next, feed.length > 0 ? now : now + Math.max(0, this.rate.delay(now)));
    }
    return Math.max(next, now + this.capacity.delay(now));
  }

  private isFull(now: number): boolean {
    return this.inFlight >= Math.min(this.window.size, this.capacity.window(now));
  }

  private mayTakeFresh(): boolean {
    return this.retries.length <= MOST_RETRIES && this.outstandingBytes <= MOST_BYTES;
  }

  private async send(batch: Entry[], sentAt: number): Promise<void> {
    const { tally } = this.settings;
    let bytes = 0;
    for (const entry of batch) {
      bytes += entry.size;
      if (entry.attempts++ > 0) tally.retried++;
    }
    this.inFlight++;
    tally.requests++;
    tally.attempts += batch.length;
    this.capacity.pacer.spend(costOf(batch.length, bytes), sentAt);
    try {
      const results = await this.settings.put(batch, this.hardStop.signal);
      const now = performance.now();
      tally.answered(now - sentAt);
      this.takeResults(batch, results, bytes, sentAt, now);
    } catch (error) {
      this.requestFailed(batch, error, bytes, sentAt);
    } finally {
      this.inFlight--;
      this.signal.raise();
    }
  }

  private takeResults(
    batch: Entry[],
    results: readonly PutRecordsResultEntry[],
    bytes: number,
    sentAt: number,
    now: number,
  ): void {
    const { tally } = this.settings;
    let throttled = 0;
    let delivered = 0;
    for (let i = 0; i < batch.length; i++) {
      const entry = batch[i] as Entry;
      const result = results[i];
      if (result?.SequenceNumber !== undefined && result.ErrorCode === undefined) {
        delivered++;
        tally.delivered += entry.events;
        tally.bytes += entry.size;
        this.outstandingBytes -= entry.size;
        tally.addToShard(result.ShardId ?? 'unknown', 1);
      } else {
        const code = result?.ErrorCode ?? 'NoResult';
        const kind = recordFailureKind(code);
        if (kind === 'throttled') throttled++;
        this.again(entry, { kind, code, message: result?.ErrorMessage ?? '' }, now);
      }
    }
    tally.kinesisRecords += delivered;
    tally.throttled += throttled;
    this.capacity.answered(batch.length, bytes, throttled, sentAt, now);
    this.window.answered(delivered, now);
  }

  private requestFailed(batch: Entry[], error: unknown, bytes: number, sentAt: number): void {
    const now = performance.now();
    if (this.hardStop.signal.aborted) {
      for (const entry of batch) this.give(entry, 'Unacknowledged');
      return;
    }
    const failure = classify(error);
    if (failure.kind === 'throttled') {
      this.settings.tally.throttled += batch.length;
      this.capacity.answered(batch.length, bytes, batch.length, sentAt, now);
    }
    for (const entry of batch) this.again(entry, failure, now);
  }

  /** Schedules a failed record for another attempt, or gives it up. */
  private again(entry: Entry, failure: Failure, now: number): void {
    entry.lastError = failure.code;
    if (ENDS_THE_RUN.has(failure.kind)) {
      this.fatal ??= failure;
      this.give(entry, failure.code);
      return;
    }
    const first = failure.kind === 'throttled' ? THROTTLED_BACKOFF_MS : TRANSIENT_BACKOFF_MS;
    const longest = Math.min(this.settings.longestBackoff, first * 2 ** (entry.attempts - 1));
    const due = now + this.settings.random() * longest;
    if (failure.kind === 'rejected' || due > entry.deadline) this.give(entry, failure.code);
    else this.retries.add(entry, due);
  }

  private give(entry: Entry, reason: string): void {
    this.outstandingBytes -= entry.size;
    this.settings.tally.fail(entry.events, reason);
  }

  /** Ends after a stop: waits for the requests in flight, and counts all other records as failed. */
  private async abandon(): Promise<void> {
    this.feed.close();
    // Other requests may have been accepted before this one was refused: a moment for their answers.
    const timer = setTimeout(() => this.hardStop.abort(), LAST_ANSWERS_MS);
    while (this.inFlight > 0) await this.signal.wait(Number.POSITIVE_INFINITY);
    clearTimeout(timer);
    for (let entry = this.retries.shift(); entry; entry = this.retries.shift()) {
      this.give(entry, entry.lastError ?? 'NotSent');
    }
    for (const entry of this.feed.drop()) this.settings.tally.fail(entry.events, 'NotSent');
  }
}
