import { createSeededClock, type EventClock, systemClock } from './clock';
import { createPersonEvents, MAX_EVENT_BYTES, type RecordForm, UUID_OFFSET } from './person-event';
import { createRandom } from './random';

/**
 * A chunk of events: newline-delimited JSON. Event `i` is `bytes` from `starts[i]` to `ends[i]`, without its newline.
 * Events share one buffer: a buffer for each would cost more than the event.
 */
export interface EventChunk {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Offset of each event's UUID, 36 bytes long, if the source knows it. */
  readonly uuidAt?: number;
}

const NEWLINE = 0x0a;

/** A source of events. */
export interface EventSource {
  /** Returns at most `max` further events, as soon as there is at least one; `undefined` at the end. */
  next(max: number): EventChunk | undefined | Promise<EventChunk | undefined>;
  /** Releases the source's resources. */
  close?(): void;
}

/** Seed that makes generated events repeatable, and the form of the record's date. */
export interface RecordSettings {
  /** The same seed gives the same bytes each time: values, UUIDs and dates. @default fresh events, dated now */
  readonly seed?: string | number;
  /** @default 'zoned' */
  readonly form?: RecordForm;
  /** Source of `event_date`. @default the system's time; with a seed, a fixed start and even steps */
  readonly clock?: EventClock;
}

/** Makes a chunk of lines. */
export function toChunk(lines: readonly string[]): EventChunk {
  const bytes = Buffer.from(lines.length > 0 ? `${lines.join('\n')}\n` : '');
  const starts = new Array<number>(lines.length);
  const ends = new Array<number>(lines.length);
  const characters = lines.reduce((sum, line) => sum + line.length + 1, 0);
  const ascii = characters === bytes.length;
  let offset = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    starts[i] = offset;
    offset += ascii ? line.length : Buffer.byteLength(line);
    ends[i] = offset++;
  }
  return { bytes, starts, ends };
}

/** Creates an endless source of the article's record. */
export function createRecordSource(settings: RecordSettings = {}): EventSource {
  const { seed, form = 'zoned' } = settings;
  const clock = settings.clock ?? (seed === undefined ? systemClock : createSeededClock());
  // A seeded run must not depend on the machine's zone: the original's form without a zone is in UTC then.
  const dateForm = form === 'zoned' ? 'utc' : seed === undefined ? 'local' : 'utc-zoneless';
  const write = createPersonEvents(createRandom(seed), clock, dateForm);
  let scratch = Buffer.alloc(0);
  return {
    next(max) {
      if (scratch.length < max * MAX_EVENT_BYTES) scratch = Buffer.alloc(max * MAX_EVENT_BYTES);
      const starts = new Array<number>(max);
      const ends = new Array<number>(max);
      let at = 0;
      for (let i = 0; i < max; i++) {
        starts[i] = at;
        at = write(scratch, at);
        ends[i] = at;
        scratch[at++] = NEWLINE;
      }
      return { bytes: Buffer.from(scratch.subarray(0, at)), starts, ends, uuidAt: UUID_OFFSET };
    },
  };
}
