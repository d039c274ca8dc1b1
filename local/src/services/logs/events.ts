import { invalidToken } from './errors';
import type { EventKey, LogGroup, LogStream, LogsState, StoredEvent } from './state';

/** An event as it is read: where it lies, and what it holds. */
export interface ReadEvent extends StoredEvent {
  readonly stream: LogStream;
  readonly timestamp: number;
  readonly sequence: number;
}

/** A place between events, ordered as they are. */
export interface Position {
  readonly timestamp: number;
  readonly sequence: number;
}

/** Times of events to read, in epoch milliseconds: from `start`, up to but without `end`. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;
const LAST_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** The asked range without what the group's retention has expired. @param endTime exclusive. */
export function retainedRange(group: LogGroup, now: number, startTime?: number, endTime?: number): TimeRange {
  const expired = group.retentionInDays === undefined ? 0 : now - group.retentionInDays * DAY_MS;
  return { start: Math.max(startTime ?? 0, expired), end: endTime ?? Number.MAX_SAFE_INTEGER };
}

/** Events of one stream, oldest first. @param after events at or before this place are left out. */
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

/** Events of one stream, newest first. @param before events at or after this place are left out. */
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

/** Events of many streams, oldest first over all of them. */
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
    // Newest first, so that the oldest is popped from the end.
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
    // Each unfinished one holds a cursor of the store.
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

/** 56 digits that sort as events do, like AWS's event ids and paging tokens. */
export function positionId(position: Position): string {
  return String(position.timestamp).padStart(20, '0') + String(position.sequence).padStart(36, '0');
}

/** @throws AwsError `InvalidParameterException` if it is no position's id. */
export function parsePositionId(id: string): Position {
  if (!/^\d{56}$/.test(id)) throw invalidToken();
  return { timestamp: Number(id.slice(0, 20)), sequence: Number(id.slice(20)) };
}

/** Drops events whose retention is over, at most `limit` of a stream; called as new ones come, so that it is paid by use. */
export function trimExpired(state: LogsState, group: LogGroup, stream: LogStream, now: number, limit: number): void {
  if (group.retentionInDays === undefined) return;
  const end = [stream.id, now - group.retentionInDays * DAY_MS, 0];
  for (const key of [...state.events.getKeys({ start: [stream.id], end, limit })]) state.events.remove(key);
}
