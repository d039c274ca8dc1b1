import type { LogStream as SdkLogStream } from '@aws-sdk/client-cloudwatch-logs';
import type { Caller } from '../../../core/operation';
import { page } from '../../../core/paging';
import { groupNameFrom, namedGroup, streamArn } from '../arn';
import { operation } from '../contract';
import { invalidParameter, invalidToken } from '../errors';
import type { LogStream } from '../state';

export const describeLogStreams = operation('DescribeLogStreams', {
  resource: namedGroup,
  handle: (input, { state, caller }) => {
    const name = groupNameFrom(input, caller);
    const byTime = input.orderBy === 'LastEventTime';
    if (byTime && input.logStreamNamePrefix !== undefined) {
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    state.group(caller, name);
    const ordered = byTime || input.descending === true;
    const list = (after?: string) =>
      ordered
        ? inOrder([...state.listStreams(caller, name, input.logStreamNamePrefix)], byTime, input.descending, after)
        : state.listStreams(caller, name, input.logStreamNamePrefix, after);
    const { items, nextToken } = page(
      {
        items: list,
        keyOf: (stream) => stream.name,
        token: input.nextToken,
        limit: input.limit ?? 50,
      },
      invalidToken,
    );
    return { logStreams: items.map((stream) => describe(stream, name, caller)), nextToken };
  },
});

function inOrder(streams: LogStream[], byTime: boolean, descending: boolean | undefined, after?: string): LogStream[] {
  // Streams are sorted by name already; the sort is stable.
  if (byTime) streams.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
  if (descending === true) streams.reverse();
  return after === undefined ? streams : streams.slice(streams.findIndex((stream) => stream.name === after) + 1);
}

function describe(stream: LogStream, group: string, caller: Caller): SdkLogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.creationTime,
    firstEventTimestamp: stream.firstEventTimestamp,
    lastEventTimestamp: stream.lastEventTimestamp,
    lastIngestionTime: stream.lastIngestionTime,
    arn: streamArn(caller, group, stream.name),
    // Zero since 2019 ("CloudWatch Logs API reference, LogStream").
    storedBytes: 0,
  };
}
