import type { DescribeStreamSummaryInput, DescribeStreamSummaryOutput } from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { byNameOrArn } from '../constraints';
import { describeSummary } from '../describe';
import { onStream } from '../permissions';
import { KinesisState } from '../state';

export const describeStreamSummary = operation<DescribeStreamSummaryInput, DescribeStreamSummaryOutput>({
  name: 'DescribeStreamSummary',
  input: structure(byNameOrArn),
  permissions: onStream('DescribeStreamSummary'),
  handle: (input, { cloud, caller }) => ({
    StreamDescriptionSummary: describeSummary(cloud.state(KinesisState).find(input, caller).record),
  }),
});
