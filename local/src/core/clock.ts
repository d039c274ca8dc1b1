/** Where the endpoint takes the time from; tests inject their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds from any point on, which never go back: for waiting. @default {@link now} */
  monotonic?(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** The time to wait by: an operator, or NTP, that sets the clock back makes nothing wait for it to come round again. */
export function monotonic(clock: Clock): number {
  return clock.monotonic?.() ?? clock.now();
}
