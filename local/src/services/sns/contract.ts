import { Contract } from '../../core/contract';
import type { SnsState } from './state';

/** SNS's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-sns'), SnsState>('sns', {
  reservedTagCode: 'InvalidParameter',
  state: () => (require('./state') as typeof import('./state')).SnsState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  violationCode: 'InvalidParameter',
  limits: {
    Key: { min: 1, max: 128 },
    ResourceArn: { min: 1, max: 1011 },
    TagKeys: { of: { min: 1, max: 128 } },
    Value: { max: 256 },
  },
  ignores: {
    MessageGroupId: 'there are no queues here that share their time between groups',
  },
  refuses: 'DataProtectionPolicy MessageDeduplicationId PhoneNumber',
});

export const { operation } = contract;
