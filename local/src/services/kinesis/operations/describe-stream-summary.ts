import { namedStream } from '../arn';
import { operation } from '../contract';
import { describeSummary } from '../describe';

export const describeStreamSummary = operation('DescribeStreamSummary', {
  resource: namedStream,
  handle: (input, { state, caller }) => ({
    StreamDescriptionSummary: describeSummary(state.find(input, caller).info),
  }),
});
