import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { resumeForwarding } from './event-filters';
import { LogsState } from './state';

export const logs: Service = {
  name: 'logs',
  signingName: 'logs',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  // Resumes forwarding and sweeping that an earlier run left unfinished.
  start: (cloud) => {
    cloud.state(LogsState).sweep();
    resumeForwarding(cloud);
  },
};
