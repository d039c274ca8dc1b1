import { page } from '../../../core/paging';
import { allStreams } from '../arn';
import { MAX_PAGE } from '../constraints';
import { operation } from '../contract';
import { invalidToken } from '../errors';
import { KinesisState } from '../state';

export const listStreams = operation('ListStreams', {
  resource: allStreams,
  handle: (input, { cloud, caller }) => {
    const streams = cloud
      .state(KinesisState)
      .list(caller)
      .map(({ info }) => info);
    const { items, nextToken: NextToken } = page(
      {
        items: (after = input.ExclusiveStartStreamName ?? '') => streams.filter(({ name }) => name > after),
        keyOf: ({ name }) => name,
        token: input.NextToken,
        limit: Math.min(input.Limit ?? MAX_PAGE, MAX_PAGE),
      },
      invalidToken,
    );
    return {
      StreamNames: items.map(({ name }) => name),
      HasMoreStreams: NextToken !== undefined,
      NextToken,
      StreamSummaries: items.map((info) => ({
        StreamName: info.name,
        StreamARN: info.arn,
        StreamStatus: info.status,
        StreamModeDetails: { StreamMode: info.mode },
        StreamCreationTimestamp: new Date(info.createdAt),
      })),
    };
  },
});
