/** How far behind its rate a pacer may fall and still catch up: makes up for timers that fire late. */
const CATCH_UP_MS = 20;

/**
 * Spaces work out evenly at a rate (the generic cell rate algorithm): work may start when the work before it has been paid
 * off. Costs and rates are in the same unit, whatever it is; times are milliseconds of the monotonic clock.
 */
export class Pacer {
  private free = 0;

  /** @param rate units a second; `Infinity` lets everything through */
  constructor(public rate: number) {}

  /** Milliseconds until more may start; 0 or less means now. */
  delay(now: number): number {
    return this.rate === Number.POSITIVE_INFINITY ? 0 : this.free - now;
  }

  /** Accounts for work that starts now. */
  spend(cost: number, now: number): void {
    if (this.rate === Number.POSITIVE_INFINITY) return;
    this.free = Math.max(this.free, now - CATCH_UP_MS) + (cost / this.rate) * 1000;
  }

  /** Lets nothing start before a time. */
  pauseUntil(time: number): void {
    this.free = Math.max(this.free, time);
  }
}
