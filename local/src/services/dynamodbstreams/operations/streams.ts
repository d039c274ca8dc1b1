import { tableArn, tableNameIn } from '../../dynamodb/arn';
import { validation } from '../../dynamodb/errors';
import { sequenceNumber, streamAt } from '../../dynamodb/streams/read-stream';
import type { ShardInfo } from '../../dynamodb/streams/shards';
import { operation } from '../contract';

const MAX_STREAMS = 100;
const MAX_SHARDS = 100;

export const listStreams = operation('ListStreams', {
  handle: ({ TableName, Limit = MAX_STREAMS, ExclusiveStartStreamArn: start }, { state, caller }) => {
    const prefix = tableArn(caller, TableName === undefined ? '' : `${TableName}/`);
    const found = [...state.streams.all()].filter(
      ({ arn }) => arn.startsWith(prefix) && (start === undefined || arn > start),
    );
    const page = found.slice(0, Limit);
    return {
      Streams: page.map(({ arn, label }) => ({
        StreamArn: arn,
        TableName: tableNameIn(arn),
        StreamLabel: label,
      })),
      ...(found.length > Limit && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
    };
  },
});

export const describeStream = operation('DescribeStream', {
  handle: ({ StreamArn, Limit = MAX_SHARDS, ExclusiveStartShardId: start, ShardFilter }, { state, caller }) => {
    const stream = streamAt(state, caller, StreamArn);
    if (ShardFilter?.Type === 'CHILD_SHARDS' && ShardFilter.ShardId === undefined)
      throw validation('ShardId is required in the ShardFilter CHILD_SHARDS');
    const name = tableNameIn(stream.table) ?? '';
    const shards = state.shards.of(stream.number).filter(({ id, parent }) => {
      if (ShardFilter !== undefined && parent !== ShardFilter.ShardId) return false;
      return start === undefined || id > start;
    });
    const page = shards.slice(0, Limit);
    return {
      StreamDescription: {
        StreamArn,
        StreamLabel: stream.label,
        StreamStatus: stream.disabledAt === undefined ? ('ENABLED' as const) : ('DISABLED' as const),
        StreamViewType: stream.viewType,
        CreationRequestDateTime: new Date(stream.openedAt),
        TableName: name,
        KeySchema: stream.keySchema.map((key) => ({ ...key })),
        Shards: page.map(describeShard),
        ...(shards.length > Limit && { LastEvaluatedShardId: page.at(-1)?.id }),
      },
    };
  },
});

function describeShard({ id, parent, first, last }: ShardInfo) {
  return {
    ShardId: id,
    ...(parent !== undefined && { ParentShardId: parent }),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(first),
      ...(last !== undefined && { EndingSequenceNumber: sequenceNumber(Math.max(first, last)) }),
    },
  };
}
