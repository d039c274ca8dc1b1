import type { DescribeStreamInput, DescribeStreamOutput } from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { integer, structure } from '../../../core/shape';
import { byNameOrArn, MAX_PAGE, shardId } from '../constraints';
import { describeCommon, describeShard } from '../describe';
import { onStream } from '../permissions';
import { KinesisState } from '../state';
import { visibleShards } from '../stream-record';

export const describeStream = operation<DescribeStreamInput, DescribeStreamOutput>({
  name: 'DescribeStream',
  input: structure({ ...byNameOrArn, Limit: integer({ min: 1, max: 10_000 }), ExclusiveStartShardId: shardId }),
  permissions: onStream('DescribeStream'),
  handle: (input, { cloud, caller }) => {
    const { record } = cloud.state(KinesisState).find(input, caller);
    const after = input.ExclusiveStartShardId ?? '';
    const shards = visibleShards(record, cloud.clock.now()).filter(({ id }) => id > after);
    const page = shards.slice(0, Math.min(input.Limit ?? MAX_PAGE, MAX_PAGE));
    return {
      StreamDescription: {
        ...describeCommon(record),
        Shards: page.map(describeShard),
        HasMoreShards: page.length < shards.length,
      },
    };
  },
});
