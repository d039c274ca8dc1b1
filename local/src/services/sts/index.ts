import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { StsState } from './state';

export const sts: Service = {
  name: 'sts',
  signingName: 'sts',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  resolveCaller: (cloud, credential) => cloud.state(StsState).callerOf(credential),
};
