import type { DescribeStreamInput, DescribeStreamOutput } from '@aws-sdk/client-kinesis';
import { operation } from '../../../core/operation';
import { integer, structure } from '../../../core/shape';
import { byNameOrArn, shardId } from '../constraints';
import { describeCommon, describeShard } from '../describe';
import { onStream } from '../permissions';
import { KinesisState } from '../state';
import { visibleShards } from '../stream-record';

const DEFAULT_LIMIT = 100;

export const describeStream = operation<DescribeStreamInput, DescribeStreamOutput>({
  name: 'DescribeStream',
  input: structure({ ...byNameOrArn, Limit: integer({ min: 1, max: 10_000 }), ExclusiveStartShardId: shardId }),
  permissions: onStream('DescribeStream'),
  handle: (input, { cloud, caller }) => {
    const { record } = cloud.state(KinesisState).find(input, caller);
    const after = input.ExclusiveStartShardId ?? '';
    const shards = visibleShards(record, cloud.clock.now()).filter(({ id }) => id > after);
    const page = shards.slice(0, input.Limit ?? DEFAULT_LIMIT);
    return {
      StreamDescription: {
        ...describeCommon(record),
        Shards: page.map(describeShard),
        HasMoreShards: page.length < shards.length,
      },
    };
  },
});
