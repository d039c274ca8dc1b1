/** Source of the endpoint's time; tests inject their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds since any fixed point, never decreasing: for waiting. @default {@link now} */
  monotonic?(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** The time for waiting: setting the clock back, by hand or by NTP, must not lengthen a wait. */
export function monotonic(clock: Clock): number {
  return clock.monotonic?.() ?? clock.now();
}
