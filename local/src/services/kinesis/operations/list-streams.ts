import { allStreams } from '../arn';
import { MAX_PAGE } from '../constraints';
import { operation } from '../contract';
import { KinesisState } from '../state';

export const listStreams = operation('ListStreams', {
  resource: allStreams,
  handle: (input, { cloud, caller }) => {
    // The token is the last name, as it is the one thing that must be kept from page to page.
    const after =
      input.NextToken === undefined
        ? (input.ExclusiveStartStreamName ?? '')
        : Buffer.from(input.NextToken, 'base64').toString('utf8');
    const streams = cloud
      .state(KinesisState)
      .list(caller)
      .filter(({ record }) => record.name > after);
    const page = streams.slice(0, Math.min(input.Limit ?? MAX_PAGE, MAX_PAGE)).map(({ record }) => record);
    const more = page.length < streams.length;
    return {
      StreamNames: page.map(({ name }) => name),
      HasMoreStreams: more,
      ...(more ? { NextToken: Buffer.from(page[page.length - 1]?.name ?? '').toString('base64') } : {}),
      StreamSummaries: page.map((record) => ({
        StreamName: record.name,
        StreamARN: record.arn,
        StreamStatus: record.status,
        StreamModeDetails: { StreamMode: record.mode },
        StreamCreationTimestamp: new Date(record.createdAt),
      })),
    };
  },
});
