import { AwsError } from '../../../core/errors';
import { validation } from '../../dynamodb/errors';
import {
  parseSequence,
  readShard,
  type StreamEvent,
  shardOf,
  streamAt,
  streamEvent,
} from '../../dynamodb/streams/read-stream';
import { operation, operationOf } from '../contract';
import { formatIterator, parseIterator } from '../iterator';

const MAX_RECORDS = 1000;

export const getShardIterator = operation('GetShardIterator', {
  handle: ({ StreamArn, ShardId, ShardIteratorType: type, SequenceNumber }, { state, caller }) => {
    const stream = streamAt(state, caller, StreamArn);
    const shard = shardOf(state, stream, ShardId);
    const oldest = Math.max(shard.first, state.changes.firstSequence(stream.number));
    const end = shard.last === undefined ? state.changes.nextSequence(stream.number) : shard.last + 1;
    let sequence = type === 'LATEST' ? end : oldest;
    if (type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER') {
      const given = SequenceNumber === undefined ? undefined : parseSequence(SequenceNumber);
      if (given === undefined || given < shard.first || given > Math.max(shard.first, end))
        throw validation(`Invalid SequenceNumber for ${type}: it is none of the shard's.`);
      if (given < oldest)
        throw new AwsError(
          'TrimmedDataAccessException',
          'The operation attempted to read past the oldest stream record in a shard.',
        );
      sequence = type === 'AT_SEQUENCE_NUMBER' ? given : given + 1;
    }
    return { ShardIterator: formatIterator({ stream: StreamArn, shard: ShardId, sequence }, state.now()) };
  },
});

export const getRecords = operationOf<
  { readonly ShardIterator: string; readonly Limit?: number },
  { readonly Records: StreamEvent[]; readonly NextShardIterator?: string }
>('GetRecords', {
  handle: ({ ShardIterator, Limit = MAX_RECORDS }, { state, caller }) => {
    const position = parseIterator(ShardIterator, state.now());
    const stream = streamAt(state, caller, position.stream);
    const shard = shardOf(state, stream, position.shard);
    const { records, next } = readShard(state, stream, shard, position.sequence, Limit);
    return {
      Records: records.map((one) => streamEvent(one, stream.viewType, caller.region)),
      ...(next !== undefined && { NextShardIterator: formatIterator({ ...position, sequence: next }, state.now()) }),
    };
  },
});
