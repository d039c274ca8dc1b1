import type { Service } from '../../core/service';
import { contract } from './contract';
import { getRecords, getShardIterator } from './operations/records';
import { describeStream, listStreams } from './operations/streams';

export const dynamodbstreams: Service = {
  name: 'dynamodbstreams',
  signingName: 'dynamodb',
  contract,
  operations: [listStreams, describeStream, getShardIterator, getRecords],
};
