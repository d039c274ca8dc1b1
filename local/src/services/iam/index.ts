import { operationsOf, type Service } from '../../core/service';
import { authorize } from './authorize';
import { contract } from './contract';
import { IamState } from './state';

export const iam: Service = {
  name: 'iam',
  signingName: 'iam',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  authorize,
  // A role's trust policy is the resource-based policy of the role.
  resourcePolicy: (cloud, { action, resource }) => {
    const role =
      action === 'sts:AssumeRole' || action === 'sts:TagSession'
        ? cloud.state(IamState).roleByArn(resource)
        : undefined;
    return role === undefined ? undefined : { documents: [role.trustPolicy], kind: 'trust', mustAgree: true };
  },
};
