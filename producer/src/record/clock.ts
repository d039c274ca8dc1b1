/** Source of events' times. */
export interface EventClock {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** The instant at which a seeded run starts: fixed, so that the same seed gives the same bytes. */
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

/**
 * Format of an event's time.
 * - `utc`: ISO 8601 with microseconds, in UTC, with its `Z`: sorts as text whatever the machines' zones.
 * - `local`: the local time without a zone, as the article's script writes it.
 * - `utc-zoneless`: the same form in UTC, for runs that must not depend on the machine's zone.
 */
export type DateForm = 'utc' | 'local' | 'utc-zoneless';

/** Writes a time, in microseconds since 1970, at `at`; returns the end's position. */
export type DateWriter = (micros: number, target: Buffer, at: number) => number;

const ZERO = 0x30;

/** Writes a number with a fixed count of decimal digits. */
export function writeDigits(value: number, digits: number, target: Buffer, at: number): number {
  let rest = value;
  for (let i = at + digits - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10);
    target[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + digits;
}

/** Creates a writer of times; it caches the text of the current second, which most calls share. */
export function createDateWriter(form: DateForm): DateWriter {
  let second = Number.NaN;
  let prefix = Buffer.alloc(0);
  return (micros, target, start) => {
    const now = Math.floor(micros / 1_000_000);
    if (now !== second) {
      second = now;
      prefix = Buffer.from(secondText(now, form));
    }
    let at = start;
    for (let i = 0; i < prefix.length; i++) target[at++] = prefix[i] as number;
    at = writeDigits(micros - now * 1_000_000, 6, target, at);
    if (form === 'utc') target[at++] = 0x5a;
    return at;
  };
}

/** A second up to its decimal point: `2022-02-02T15:17:07.` */
function secondText(second: number, form: DateForm): string {
  const date = new Date(second * 1000);
  if (form !== 'local') return date.toISOString().slice(0, 20);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
  return `${day}T${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.`;
}
