import { groupNameFrom, streamArn } from '../arn';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidToken } from '../errors';
import {
  type Position,
  parsePositionId,
  positionId,
  type ReadEvent,
  readBackward,
  readForward,
  retainedRange,
} from '../events';

const DEFAULT_LIMIT = 10_000;

/** Pages of one stream's events, in both directions; at an end the same token is returned. */
export const getLogEvents = operation('GetLogEvents', {
  resource: (input, { caller }) => streamArn(caller, groupNameFrom(input, caller), input.logStreamName),
  handle: (input, { state, cloud, caller }) => {
    const name = groupNameFrom(input, caller);
    const stream = state.stream(caller, name, input.logStreamName);
    const range = retainedRange(state.groups.require(caller, name), cloud.clock.now(), input.startTime, input.endTime);
    const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
    const forward = token?.forward ?? input.startFromHead ?? false;
    const events = take(
      forward
        ? readForward(state, stream, range, token?.position)
        : readBackward(state, stream, range, token?.position),
      input.limit ?? DEFAULT_LIMIT,
    );
    if (!forward) events.reverse();
    // On an empty page both tokens keep the starting position.
    const here = token?.position ?? { timestamp: forward ? range.start : endOf(range.end), sequence: 0 };
    const first: Position = events[0] ?? here;
    const last: Position = events[events.length - 1] ?? here;
    return {
      events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
      nextForwardToken: `f/${positionId(last)}/s`,
      nextBackwardToken: `b/${positionId(first)}/s`,
    };
  },
});

// From an empty end of a stream, reading forward finds later events.
function endOf(end: number): number {
  return end === Number.MAX_SAFE_INTEGER ? 0 : end;
}

function take(events: Generator<ReadEvent>, limit: number): ReadEvent[] {
  const taken: ReadEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.message) + is.EVENT_OVERHEAD_BYTES;
    if (taken.length > 0 && bytes > is.MAX_PAGE_BYTES) break;
    taken.push(event);
    if (taken.length === limit) break;
  }
  return taken;
}

function parseToken(token: string): { forward: boolean; position: Position } {
  const [direction, id, end] = token.split('/');
  if ((direction !== 'f' && direction !== 'b') || id === undefined || end !== 's') throw invalidToken();
  return { forward: direction === 'f', position: parsePositionId(id) };
}
