/** A rate limit with a burst of one second's worth. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number | undefined;

  /** @param perSecond rate, and capacity */
  constructor(private readonly perSecond: number) {
    this.tokens = perSecond;
  }

  /**
   * Whether `amount` can be taken now. A full bucket gives any amount, and owes the rest: an amount above one second's
   * could otherwise never pass.
   */
  has(amount: number, now: number): boolean {
    if (this.filledAt === undefined || now < this.filledAt) this.filledAt = now;
    this.tokens = Math.min(this.perSecond, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
    return this.tokens >= Math.min(amount, this.perSecond);
  }

  take(amount: number): void {
    this.tokens -= amount;
  }
}
