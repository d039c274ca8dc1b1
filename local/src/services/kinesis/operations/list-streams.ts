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
      .map(({ record }) => record);
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
      StreamSummaries: items.map((record) => ({
        StreamName: record.name,
        StreamARN: record.arn,
        StreamStatus: record.status,
        StreamModeDetails: { StreamMode: record.mode },
        StreamCreationTimestamp: new Date(record.createdAt),
      })),
    };
  },
});
