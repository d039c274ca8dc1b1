import { namedStream } from '../arn';
import { operation } from '../contract';
import { describeSummary } from '../describe';
import { KinesisState } from '../state';

export const describeStreamSummary = operation('DescribeStreamSummary', {
  resource: namedStream,
  handle: (input, { cloud, caller }) => ({
    StreamDescriptionSummary: describeSummary(cloud.state(KinesisState).find(input, caller).info),
  }),
});
