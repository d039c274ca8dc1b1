import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { AthenaState } from './state';

export const athena: Service = {
  name: 'athena',
  signingName: 'athena',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  start: (cloud) => {
    if (!cloud.state(AthenaState).hasUnfinished()) return;
    return (require('./writes') as typeof import('./writes')).settleUnfinished(cloud);
  },
};
