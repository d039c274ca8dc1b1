/** A clock that stands still until it is told to move. */
export class TestClock {
  private elapsed = 0;

  constructor(private time = Date.parse('2026-01-15T12:00:00Z')) {}

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.elapsed;
  }

  /** @param ms how far to move on; below 0 the clock is set back, and time goes on all the same. */
  advance(ms: number): void {
    this.time += ms;
    this.elapsed += Math.max(0, ms);
  }
}

/** The system's clock, wrong by as much as a test says; what waits goes by another, as on every system. */
export class WrongClock {
  error = 0;

  now(): number {
    return Date.now() + this.error;
  }

  monotonic(): number {
    return performance.now();
  }
}
