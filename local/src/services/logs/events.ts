import { invalidToken } from './errors';
import type { EventKey, LogGroup, LogStream, LogsState, StoredEvent } from './state';

/** An event read from the store, with its position. */
export interface ReadEvent extends StoredEvent {
  readonly stream: LogStream;
  readonly timestamp: number;
  readonly sequence: number;
}

/** A position between events, in their order. */
export interface Position {
  readonly timestamp: number;
  readonly sequence: number;
}

/** Range of events' times in epoch milliseconds: from `start`, up to but without `end`. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;
const LAST_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** The requested range, without events beyond the group's retention. @param endTime exclusive */
export function retainedRange(group: LogGroup, now: number, startTime?: number, endTime?: number): TimeRange {
  const expired = group.retentionInDays === undefined ? 0 : now - group.retentionInDays * DAY_MS;
  return { start: Math.max(startTime ?? 0, expired), end: endTime ?? Number.MAX_SAFE_INTEGER };
}

/** Events of one stream, oldest first. @param after skips events at or before this position */
export function* readForward(
  state: LogsState,
  stream: LogStream,
  range: TimeRange,
  after?: Position,
): Generator<ReadEvent> {
  const start: EventKey =
    after === undefined || after.timestamp < range.start
      ? [stream.id, range.start, 0]
      : [stream.id, after.timestamp, after.sequence + 1];
  for (const { key, value } of state.events.getRange({ start, end: [stream.id, range.end, 0] })) {
    yield toReadEvent(stream, key as EventKey, value);
  }
}

/** Events of one stream, newest first. @param before skips events at or after this position */
export function* readBackward(
  state: LogsState,
  stream: LogStream,
  range: TimeRange,
  before?: Position,
): Generator<ReadEvent> {
  const start: EventKey =
    before === undefined || before.timestamp >= range.end
      ? [stream.id, range.end - 1, LAST_SEQUENCE]
      : [stream.id, before.timestamp, before.sequence - 1];
  const end: EventKey = [stream.id, range.start, -1];
  for (const { key, value } of state.events.getRange({ start, end, reverse: true })) {
    yield toReadEvent(stream, key as EventKey, value);
  }
}

/** Events of many streams, oldest first across all. */
export function* readMerged(
  state: LogsState,
  streams: Iterable<LogStream>,
  range: TimeRange,
  after?: Position,
): Generator<ReadEvent> {
  const heads: { event: ReadEvent; rest: Generator<ReadEvent> }[] = [];
  const advance = (rest: Generator<ReadEvent>) => {
    const next = rest.next();
    if (next.done === true) return;
    // Sorted newest first, so that the oldest is popped from the end.
    let low = 0;
    let high = heads.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePositions((heads[middle] as { event: ReadEvent }).event, next.value) > 0) low = middle + 1;
      else high = middle;
    }
    heads.splice(low, 0, { event: next.value, rest });
  };
  try {
    for (const stream of streams) {
      if (mayHold(stream, range)) advance(readForward(state, stream, range, after));
    }
    for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
      yield head.event;
      advance(head.rest);
    }
  } finally {
    // Unfinished generators hold cursors of the store.
    for (const head of heads) head.rest.return(undefined);
  }
}

function mayHold(stream: LogStream, range: TimeRange): boolean {
  if (stream.firstEventTimestamp === undefined || stream.lastEventTimestamp === undefined) return false;
  return stream.firstEventTimestamp < range.end && stream.lastEventTimestamp >= range.start;
}

export function comparePositions(a: Position, b: Position): number {
  return a.timestamp - b.timestamp || a.sequence - b.sequence;
}

function toReadEvent(stream: LogStream, key: EventKey, value: StoredEvent): ReadEvent {
  return { ...value, stream, timestamp: key[1], sequence: key[2] };
}

/** A position as 56 digits, which sort as events do, like AWS's event ids and paging tokens. */
export function positionId(position: Position): string {
  return String(position.timestamp).padStart(20, '0') + String(position.sequence).padStart(36, '0');
}

/** @throws AwsError `InvalidParameterException` for another text */
export function parsePositionId(id: string): Position {
  if (!/^\d{56}$/.test(id)) throw invalidToken();
  return { timestamp: Number(id.slice(0, 20)), sequence: Number(id.slice(20)) };
}

/**
 * Deletes events beyond the retention, at most `limit` of a stream; called when events are put, so that the cost is
 * spread.
 */
export function trimExpired(state: LogsState, group: LogGroup, stream: LogStream, now: number, limit: number): void {
  if (group.retentionInDays === undefined) return;
  const end = [stream.id, now - group.retentionInDays * DAY_MS, 0];
  for (const key of [...state.events.getKeys({ start: [stream.id], end, limit })]) state.events.remove(key);
}
