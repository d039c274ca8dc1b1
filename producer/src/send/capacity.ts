import { SHARD_BYTES_PER_SECOND, SHARD_RECORDS_PER_SECOND } from './limits';
import { Pacer } from './pacer';

/** Share of throttled attempts above which sending stops for a moment instead of slowing down. */
const HEAVY = 0.2;
/** Share of throttled attempts that the rate converges to: enough to notice when the stream takes more. */
const TARGET = 0.004;
const RECOVERY = 0.05;
const TICK_MS = 100;
const TICKS_IN_SECOND = 10;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;
const TRIAL_MS = 1_500;
const TRIAL_RECORDS = 250;
const TRIAL_WINDOW = 2;
const LEAST_SHARDS = 0.05;
/** Most work of a request, in seconds of capacity, so that a slow stream doesn't get bursts. */
const SLICE_SECONDS = 0.025;

/** Cost of a request in shard-seconds: a shard has limits of records and of bytes a second. */
export const costOf = (records: number, bytes: number): number =>
  Math.max(records / SHARD_RECORDS_PER_SECOND, bytes / SHARD_BYTES_PER_SECOND);

/**
 * Finds the rate that the stream takes, and stays near it. The rate's unit is the capacity of one shard.
 *
 * It starts at the stream's shards. While nothing is throttled the rate grows, slowly at first, then by doubling, since
 * an emulator or an on-demand stream may take far more. From the first throttled answer on, the rate changes every
 * tenth of a second by (target − share throttled), and so converges to the target share. When an answer is mostly
 * throttled, sending pauses, twice as long each time, and resumes at the rate delivered in the last second.
 */
export class CapacityFinder {
  readonly pacer: Pacer;
  private readonly startedAt: number;
  private starting = true;
  private startGrowth = 0.1;
  private best = 0;
  private pause = FIRST_PAUSE_MS;
  private pausedAt = Number.NEGATIVE_INFINITY;
  private tickAt: number;
  private attempted = 0;
  private throttled = 0;
  private limited = false;
  private readonly delivered: number[] = new Array<number>(TICKS_IN_SECOND).fill(0);
  private slot = 0;

  constructor(
    private readonly first: number,
    now: number,
  ) {
    this.pacer = new Pacer(first);
    this.startedAt = now;
    this.tickAt = now + TICK_MS;
  }

  /** The current rate, in shards. */
  get shards(): number {
    return this.pacer.rate;
  }

  /** Most records of the next request. */
  slice(now: number): number {
    const slice = Math.max(1, Math.floor(this.pacer.rate * SHARD_RECORDS_PER_SECOND * SLICE_SECONDS));
    return this.isTrying(now) ? Math.min(TRIAL_RECORDS, slice) : slice;
  }

  /** Most requests in flight. */
  window(now: number): number {
    return this.isTrying(now) ? TRIAL_WINDOW : Number.POSITIVE_INFINITY;
  }

  /**
   * Whether the rate is above the shards' nominal capacity, and the stream hasn't had time to throttle it. Requests in
   * flight when it does are mostly throttled, so few are sent.
   */
  private isTrying(now: number): boolean {
    return this.starting && this.pacer.rate > this.first && now < this.startedAt + TRIAL_MS;
  }

  /** Milliseconds until the next request. */
  delay(now: number): number {
    if (now >= this.tickAt && this.pacer.rate !== Number.POSITIVE_INFINITY) this.tick(now);
    const delay = this.pacer.delay(now);
    if (delay > 0) this.limited = true;
    return delay;
  }

  /** Adjusts to an answer: records attempted and throttled, and the time of the request. */
  answered(records: number, bytes: number, throttled: number, sentAt: number, now: number): void {
    if (this.pacer.rate === Number.POSITIVE_INFINITY) return;
    const share = throttled / records;
    this.delivered[this.slot] = (this.delivered[this.slot] ?? 0) + costOf(records, bytes) * (1 - share);
    // Requests from before the last pause went out at a rate that is given up already.
    if (sentAt < this.pausedAt) return;
    if (share > HEAVY) {
      this.slowDown(share, now);
      return;
    }
    this.attempted += records;
    this.throttled += throttled;
    this.pause = FIRST_PAUSE_MS;
  }

  private get lastSecond(): number {
    return this.delivered.reduce((sum, cost) => sum + cost, 0);
  }

  private slowDown(share: number, now: number): void {
    const goodput = this.lastSecond;
    // A stream at rest has a second of burst capacity: at first it may take twice its lasting rate.
    const promised = this.starting && now < this.startedAt + TRIAL_MS && goodput < this.first * 2.2;
    this.starting = false;
    this.best = promised ? this.first : Math.min(goodput, this.pacer.rate);
    const next = promised ? this.first : Math.max(this.pacer.rate * (1 - share), goodput * 0.6);
    this.setRate(Math.min(this.pacer.rate, next));
    this.pacer.pauseUntil(now + this.pause);
    this.pausedAt = now + this.pause;
    this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 2);
    // This throttling is handled; the next tick must not handle it again.
    this.attempted = 0;
    this.throttled = 0;
  }

  private tick(now: number): void {
    const share = this.attempted > 0 ? this.throttled / this.attempted : 0;
    if (this.attempted > 0) this.adjust(share);
    for (; this.tickAt <= now; this.tickAt += TICK_MS) {
      this.slot = (this.slot + 1) % TICKS_IN_SECOND;
      this.delivered[this.slot] = 0;
      if (now - this.tickAt > 1000) this.tickAt = now;
    }
    this.attempted = 0;
    this.throttled = 0;
    this.limited = false;
  }

  private adjust(share: number): void {
    if (share > 0.01) {
      this.starting = false;
      this.best = Math.min(this.best, this.pacer.rate);
    }
    if (!this.limited && share === 0) return;
    if (this.starting) {
      this.setRate(this.pacer.rate * (1 + this.startGrowth));
      this.startGrowth = Math.min(1, this.startGrowth * 2);
      return;
    }
    const growth = this.pacer.rate < this.best * 0.95 ? RECOVERY : TARGET;
    this.setRate(this.pacer.rate * (1 + growth - share));
  }

  private setRate(shards: number): void {
    this.pacer.rate = Math.max(LEAST_SHARDS, shards);
  }
}
