import type { InputLogEvent, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';
import type { Strict } from '../../../core/operation';
import { streamArn } from '../arn';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { subscribe } from '../event-filters';
import { trimExpired } from '../events';
import { publishFiltered } from '../metric-filters';
import { publish } from '../metrics';
import type { LogGroup, LogStream } from '../state';

type Event = Strict<InputLogEvent>;

const DAY_MS = 86_400_000;

/** Stores a batch of events; events that are too old or too new are rejected and counted, as on AWS. */
export const putLogEvents = operation('PutLogEvents', {
  resource: (input, { caller }) => streamArn(caller, input.logGroupName, input.logStreamName),
  handle: async ({ logGroupName, logStreamName, logEvents }, { state, cloud, caller }) => {
    const now = cloud.clock.now();
    checkBatch(logEvents);
    const {
      rejected,
      bytes,
      taken,
      accepted = [],
      forward,
    } = await state.transaction(() => {
      const stream = state.stream(caller, logGroupName, logStreamName);
      const group = state.groups.require(caller, logGroupName);
      const { accepted, rejected } = sortOut(logEvents, group, now);
      if (accepted.length === 0) return { rejected, bytes: 0, taken: 0 };
      const first = state.takeSequence(accepted.length);
      const events = accepted.map((event, index) => ({ ...event, sequence: first + index }));
      for (const { timestamp, sequence, message } of events) {
        state.events.put([stream.id, timestamp, sequence], { message, ingestionTime: now });
      }
      const bytes = sizeOf(accepted);
      state.streams.put(caller, [logGroupName, stream.name], withEvents(stream, accepted, bytes, now));
      trimExpired(state, group, stream, now, accepted.length * 2);
      const forward = subscribe(cloud, caller, logGroupName, logStreamName, events);
      return { rejected, bytes, taken: accepted.length, accepted, forward };
    });
    forward?.();
    if (taken > 0) {
      await publishFiltered(cloud, caller, logGroupName, accepted);
      publish(cloud, caller, logGroupName, { IncomingLogEvents: [taken, 'None'], IncomingBytes: [bytes, 'Bytes'] });
    }
    // Sequence tokens are ignored since 2023, but still returned.
    return { nextSequenceToken: String(now).padStart(56, '4'), rejectedLogEventsInfo: rejected };
  },
});

/** Checks a batch as a whole ("CloudWatch Logs API reference, PutLogEvents"). */
function checkBatch(events: readonly Event[]): void {
  const size = sizeOf(events);
  if (size > is.MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${size} bytes exceeds limit of ${is.MAX_BATCH_BYTES}`);
  }
  for (let i = 1; i < events.length; i++) {
    if ((events[i] as Event).timestamp < (events[i - 1] as Event).timestamp) {
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    }
  }
  const span = (events[events.length - 1] as Event).timestamp - (events[0] as Event).timestamp;
  if (span > is.MAX_BATCH_SPAN_MS) {
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

function sizeOf(events: readonly Event[]): number {
  let size = 0;
  for (const event of events) size += Buffer.byteLength(event.message) + is.EVENT_OVERHEAD_BYTES;
  return size;
}

// Splits off rejected events: they are at the ends, since events are in order of time.
function sortOut(
  events: readonly Event[],
  group: LogGroup,
  now: number,
): { accepted: readonly Event[]; rejected?: RejectedLogEventsInfo } {
  const countBefore = (time: number) => {
    const index = events.findIndex((event) => event.timestamp >= time);
    return index === -1 ? events.length : index;
  };
  const tooOld = countBefore(now - is.MAX_AGE_MS);
  const expired = group.retentionInDays === undefined ? 0 : countBefore(now - group.retentionInDays * DAY_MS);
  const tooNew = countBefore(now + is.MAX_FUTURE_MS + 1);
  const first = Math.max(tooOld, expired);
  if (first === 0 && tooNew === events.length) return { accepted: events };
  return {
    accepted: events.slice(first, tooNew),
    rejected: {
      tooNewLogEventStartIndex: tooNew === events.length ? undefined : tooNew,
      tooOldLogEventEndIndex: tooOld === 0 ? undefined : tooOld,
      expiredLogEventEndIndex: expired === 0 ? undefined : expired,
    },
  };
}

function withEvents(stream: LogStream, events: readonly Event[], bytes: number, now: number): LogStream {
  const first = (events[0] as Event).timestamp;
  const last = (events[events.length - 1] as Event).timestamp;
  return {
    ...stream,
    firstEventTimestamp: Math.min(stream.firstEventTimestamp ?? first, first),
    lastEventTimestamp: Math.max(stream.lastEventTimestamp ?? last, last),
    lastIngestionTime: now,
    storedBytes: stream.storedBytes + bytes,
  };
}
