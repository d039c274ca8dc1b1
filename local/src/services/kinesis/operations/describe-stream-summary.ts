import { operation } from '../contract';
import { describeSummary } from '../describe';

export const describeStreamSummary = operation('DescribeStreamSummary', {
  handle: (input, { state, caller }) => ({
    StreamDescriptionSummary: describeSummary(state.find(input, caller).info),
  }),
});
