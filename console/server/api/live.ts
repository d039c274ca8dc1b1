import type { Series } from './metrics.js';

/** Rate of records at a step, by its newest minute with data. */
export interface Rate {
  readonly records: number;
  /** Start of the minute. */
  readonly at: string;
  readonly perSecond: number;
}

/** The newest numbers of the flow; undefined without data in the last minutes. */
export interface Live {
  readonly recordsIn: Rate | undefined;
  readonly throttled: Rate | undefined;
  readonly delivered: Rate | undefined;
  readonly failed: Rate | undefined;
  /** Distance of delivery's reader from the stream's end, in milliseconds. */
  readonly lagMs: number | undefined;
  /** Age of the oldest record when it was delivered, in seconds. */
  readonly freshnessSeconds: number | undefined;
  /** Whether every delivery attempt failed in the newest minute with one: the records wait for the next attempt. */
  readonly tryingAgain: boolean;
}

/** Age in seconds up to which a number counts as current: CloudWatch shows a minute two or three minutes late. */
export const RECENT_SECONDS = 300;
const MINUTE = 60;

/** The newest numbers of series of one-minute points. @param now epoch seconds */
export function liveOf(series: readonly Series[], now: number): Live {
  const newest = (id: string, counts: (value: number) => boolean) => {
    const { times = [], values = [] } = series.find((candidate) => candidate.id === id) ?? {};
    const index = values.findLastIndex((value, at) => counts(value) && (times[at] ?? 0) > now - RECENT_SECONDS);
    return index === -1 ? undefined : { time: times[index] ?? 0, value: values[index] ?? 0 };
  };
  const rate = (id: string): Rate | undefined => {
    const found = newest(id, (value) => value > 0);
    if (found === undefined) return undefined;
    // The current minute isn't over: its records arrived in the seconds that have passed.
    const seconds = Math.min(MINUTE, Math.max(1, now - found.time));
    return {
      records: found.value,
      at: new Date(found.time * 1000).toISOString(),
      perSecond: found.value / seconds,
    };
  };
  return {
    recordsIn: rate('records_in'),
    throttled: rate('write_throttles'),
    delivered: rate('delivered'),
    failed: rate('failed'),
    lagMs: newest('iterator_age', () => true)?.value,
    freshnessSeconds: newest('freshness', () => true)?.value,
    tryingAgain: newest('succeeded', () => true)?.value === 0,
  };
}
