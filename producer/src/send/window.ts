const START = 8;
const MOST = 64;
const CHECK_MS = 250;
const HOLD_MS = 5_000;
/** Factor of throughput that a wider window must bring: otherwise it only lengthens the queue. */
const WORTHWHILE = 1.2;

/**
 * Limit of requests in flight. A number is fixed. `auto` starts at 8 and grows while requests wait for a place and a
 * wider window delivers more.
 */
export class Window {
  size: number;
  private readonly fixed: boolean;
  private since?: number;
  private checkAt = 0;
  private full = false;
  private delivered = 0;
  private before?: { readonly size: number; readonly rate: number };

  constructor(concurrency: number | 'auto') {
    this.fixed = concurrency !== 'auto';
    this.size = concurrency === 'auto' ? START : concurrency;
  }

  /** Notes that a request had to wait for a place. */
  wasFull(): void {
    this.full = true;
  }

  /** Notes delivered records. */
  answered(delivered: number, now: number): void {
    this.delivered += delivered;
    if (this.since === undefined) {
      this.since = now;
      this.checkAt = now + CHECK_MS;
    }
    if (this.fixed || now < this.checkAt) return;
    const rate = this.delivered / (now - this.since);
    let hold = CHECK_MS;
    if (this.before && rate < this.before.rate * WORTHWHILE) {
      this.size = this.before.size;
      delete this.before;
      hold = HOLD_MS;
    } else if (this.full && this.size < MOST) {
      this.before = { size: this.size, rate };
      this.size = Math.min(MOST, Math.ceil(this.size * 1.5));
    }
    this.since = now;
    this.checkAt = now + hold;
    this.delivered = 0;
    this.full = false;
  }
}
