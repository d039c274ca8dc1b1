import { Contract } from '../../core/contract';
import type { SqsState } from './state';

/** SQS's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-sqs'), SqsState>('sqs', {
  asksOwners: true,
  reservedTagCode: 'InvalidParameterValue',
  state: () => (require('./state') as typeof import('./state')).SqsState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  violationCode: 'InvalidParameterValue',
  queryNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
  limits: {
    DelaySeconds: { min: 0, max: 900 },
    MaxNumberOfMessages: { min: 1, max: 10 },
    MaxResults: { min: 1, max: 1000 },
    VisibilityTimeout: { min: 0, max: 43_200 },
    WaitTimeSeconds: { min: 0, max: 20 },
    MaxNumberOfMessagesPerSecond: { min: 1, max: 500 },
    'ListMessageMoveTasksRequest.MaxResults': { min: 1, max: 10 },
  },
  ignores: {
    ReceiveRequestAttemptId: 'a receive that is repeated gives the next messages, as it does after five minutes on AWS',
  },
  refuses: 'StringListValues BinaryListValues',
});

export const { operation } = contract;
