/** Where the generator takes an event's time from. */
export interface EventClock {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** The instant at which a seeded run starts: a fixed one, since the same seed gives the same bytes. */
export const SEEDED_START = Date.UTC(2022, 1, 2, 15, 17, 7) * 1000;

/** The system's time, to the microsecond. */
export const systemClock: EventClock = {
  now: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
};

/** A clock that starts at {@link SEEDED_START} and moves on by 1,001 microseconds each time it is read. */
export function createSeededClock(): EventClock {
  let now = SEEDED_START;
  return {
    now: () => {
      now += 1001;
      return now;
    },
  };
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
const MILLI = Array.from({ length: 1000 }, (_, n) => pad(n, 3));

/**
 * How an event's time is written.
 * - `utc`: ISO 8601 with microseconds, in UTC, with its `Z`: sorts as text whatever the machines' zones.
 * - `local`: the local time without a zone, as the article's script writes it.
 * - `utc-zoneless`: the same form in UTC, for runs that must not depend on the machine's zone.
 */
export type DateForm = 'utc' | 'local' | 'utc-zoneless';

/** A formatter of microseconds since 1970; it remembers the text of the current second, which most calls share. */
export function createDateFormatter(form: DateForm): (micros: number) => string {
  let second = Number.NaN;
  let prefix = '';
  const suffix = form === 'utc' ? 'Z' : '';
  return (micros) => {
    const now = Math.floor(micros / 1_000_000);
    if (now !== second) {
      second = now;
      const date = new Date(now * 1000);
      prefix =
        form !== 'local'
          ? date.toISOString().slice(0, 20)
          : `${date.getFullYear()}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}T` +
            `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.`;
    }
    const rest = micros - now * 1_000_000;
    const millis = Math.floor(rest / 1000);
    return prefix + MILLI[millis] + MILLI[rest - millis * 1000] + suffix;
  };
}
