import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { LogsState } from './state';

export const logs: Service = {
  name: 'logs',
  signingName: 'logs',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  // Removal that an earlier run didn't get to the end of.
  start: (cloud) => cloud.state(LogsState).sweep(),
};
