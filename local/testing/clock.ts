/** A clock that stands still until a test moves it. */
export class TestClock {
  private elapsed = 0;

  constructor(private time = Date.parse('2026-01-15T12:00:00Z')) {}

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.elapsed;
  }

  /** @param ms time to move on; a negative one sets the clock back, but not the monotonic time. */
  advance(ms: number): void {
    this.time += ms;
    this.elapsed += Math.max(0, ms);
  }
}

/** The system's clock with an error that a test sets; the monotonic time has none, as on every system. */
export class WrongClock {
  error = 0;

  now(): number {
    return Date.now() + this.error;
  }

  monotonic(): number {
    return performance.now();
  }
}
