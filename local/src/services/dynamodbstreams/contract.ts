import { Contract } from '../../core/contract';
import { errorType } from '../dynamodb/errors';
import type { DynamoState } from '../dynamodb/state';

/** Contract of DynamoDB Streams, a service of its own. */
export const contract = new Contract<typeof import('@aws-sdk/client-dynamodb-streams'), DynamoState>(
  'dynamodbstreams',
  {
    state: () => (require('../dynamodb/state') as typeof import('../dynamodb/state')).DynamoState,
    resources: () => (require('./arn') as typeof import('./arn')).resources,
    errorType,
    limits: {
      'DescribeStreamInput.Limit': { min: 1, max: 100 },
      'ListStreamsInput.Limit': { min: 1, max: 100 },
      'GetRecordsInput.Limit': { min: 1, max: 1000 },
      ShardIteratorType: { values: ['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] },
      StreamArn: { min: 37, max: 1024 },
      ShardId: { min: 28, max: 65 },
      SequenceNumber: { min: 21, max: 40 },
      TableName: { min: 3, max: 255, pattern: '[a-zA-Z0-9_.-]+' },
      'ShardFilter.Type': { values: ['CHILD_SHARDS'] },
    },
  },
);

export const { operation, operationOf } = contract;
