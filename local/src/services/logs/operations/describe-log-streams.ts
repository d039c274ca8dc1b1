import type { LogStream as SdkLogStream } from '@aws-sdk/client-cloudwatch-logs';
import type { Caller } from '../../../core/operation';
import { groupNameFrom, streamArn } from '../arn';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { page } from '../paging';
import type { LogStream } from '../state';

export const describeLogStreams = operation('DescribeLogStreams', {
  handle: (input, { state, caller }) => {
    const name = groupNameFrom(input, caller);
    const byTime = input.orderBy === 'LastEventTime';
    if (byTime && input.logStreamNamePrefix !== undefined) {
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    state.groups.require(caller, name);
    const ordered = byTime || input.descending === true;
    const streams = (after?: string) => state.streams.listStarting(caller, [name], input.logStreamNamePrefix, after);
    const list = (after?: string) =>
      ordered ? inOrder([...streams()], byTime, input.descending, after) : streams(after);
    const { items, nextToken } = page(input.nextToken, input.limit, {
      items: list,
      keyOf: (stream) => stream.name,
    });
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
