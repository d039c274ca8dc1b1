import { allStreams } from '../arn';
import { MAX_PAGE } from '../constraints';
import { operation } from '../contract';
import { creationTime } from '../describe';
import { page } from '../paging';

export const listStreams = operation('ListStreams', {
  resource: allStreams,
  handle: (input, { state, caller }) => {
    const streams = state.list(caller).map(({ info }) => info);
    const { items, nextToken: NextToken } = page(input.NextToken, Math.min(input.Limit ?? MAX_PAGE, MAX_PAGE), {
      items: (after = input.ExclusiveStartStreamName ?? '') => streams.filter(({ name }) => name > after),
      keyOf: ({ name }) => name,
    });
    return {
      StreamNames: items.map(({ name }) => name),
      HasMoreStreams: NextToken !== undefined,
      NextToken,
      StreamSummaries: items.map((info) => ({
        StreamName: info.name,
        StreamARN: info.arn,
        StreamStatus: info.status,
        StreamModeDetails: { StreamMode: info.mode },
        StreamCreationTimestamp: creationTime(info),
      })),
    };
  },
});
