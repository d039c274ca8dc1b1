import { groupNameFrom } from '../arn';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { parsePositionId, positionId, type ReadEvent, readMerged, retainedRange } from '../events';
import { parseFilterPattern } from '../filter-pattern';

const DEFAULT_LIMIT = 10_000;
/** Most events that one call examines; the caller continues with the token, even if none matched. */
const MAX_LOOKED_AT = 100_000;

/** Events of a group's streams that match a filter pattern, oldest first. */
export const filterLogEvents = operation('FilterLogEvents', {
  handle: (input, { state, cloud, caller }) => {
    const { logStreamNamePrefix } = input;
    const logStreamNames = input.logStreamNames === undefined ? undefined : [...new Set(input.logStreamNames)];
    if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
      throw invalidParameter('LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.');
    }
    const name = groupNameFrom(input, caller);
    const group = state.groups.require(caller, name);
    const matches = parseFilterPattern(input.filterPattern ?? '');
    // This endTime is inclusive, unlike GetLogEvents'.
    const end = input.endTime === undefined ? undefined : input.endTime + 1;
    const events = readMerged(
      state,
      logStreamNames?.map((stream) => state.stream(caller, name, stream)) ??
        state.streams.listStarting(caller, [name], logStreamNamePrefix),
      retainedRange(group, cloud.clock.now(), input.startTime, end),
      input.nextToken === undefined ? undefined : parsePositionId(input.nextToken),
    );
    const { found, next } = take(events, matches, input.limit ?? DEFAULT_LIMIT);
    return {
      events: found.map((event) => ({
        logStreamName: event.stream.name,
        timestamp: event.timestamp,
        message: event.message,
        ingestionTime: event.ingestionTime,
        eventId: positionId(event),
      })),
      searchedLogStreams: [],
      nextToken: next,
    };
  },
});

function take(events: Generator<ReadEvent>, matches: (message: string) => boolean, limit: number) {
  const found: ReadEvent[] = [];
  let bytes = 0;
  let looked = 0;
  let last: ReadEvent | undefined;
  for (const event of events) {
    if (last !== undefined && (found.length === limit || looked === MAX_LOOKED_AT)) {
      return { found, next: positionId(last) };
    }
    looked++;
    if (matches(event.message)) {
      bytes += Buffer.byteLength(event.message) + is.EVENT_OVERHEAD_BYTES;
      if (last !== undefined && bytes > is.MAX_PAGE_BYTES && found.length > 0) return { found, next: positionId(last) };
      found.push(event);
    }
    last = event;
  }
  return { found, next: undefined };
}
