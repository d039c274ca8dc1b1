import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { KmsState } from './state';

export const kms: Service = {
  name: 'kms',
  signingName: 'kms',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  start: (cloud) => cloud.state(KmsState).removeExpired(),
  resourcePolicy: (cloud, { resource }) => {
    const documents = cloud.state(KmsState).policiesOf(resource);
    // Key policies must agree: without them, no IAM policy allows the use of a key.
    return documents === undefined ? undefined : { documents, mustAgree: true };
  },
};
