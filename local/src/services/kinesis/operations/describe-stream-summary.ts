import { operation } from '../contract';
import { describeSummary } from '../describe';
import { onStream } from '../permissions';
import { KinesisState } from '../state';

export const describeStreamSummary = operation('DescribeStreamSummary', {
  permissions: onStream('DescribeStreamSummary'),
  handle: (input, { cloud, caller }) => ({
    StreamDescriptionSummary: describeSummary(cloud.state(KinesisState).find(input, caller).record),
  }),
});
