/** Milliseconds that a pacer may fall behind its rate and still catch up: compensates timers that fire late. */
const CATCH_UP_MS = 20;

/**
 * Spaces work evenly at a rate (the generic cell rate algorithm): work starts once the cost of earlier work has been
 * paid off. Costs and rates share a unit; times are milliseconds of the monotonic clock.
 */
export class Pacer {
  private free = 0;

  /** @param rate units a second; `Infinity` lets everything through */
  constructor(public rate: number) {}

  /** Milliseconds until more work may start; 0 or less means now. */
  delay(now: number): number {
    return this.rate === Number.POSITIVE_INFINITY ? 0 : this.free - now;
  }

  /** Accounts for work that starts now. */
  spend(cost: number, now: number): void {
    if (this.rate === Number.POSITIVE_INFINITY) return;
    this.free = Math.max(this.free, now - CATCH_UP_MS) + (cost / this.rate) * 1000;
  }

  /** Blocks all work until a time. */
  pauseUntil(time: number): void {
    this.free = Math.max(this.free, time);
  }
}
