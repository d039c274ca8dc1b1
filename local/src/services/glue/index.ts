import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';

export const glue: Service = {
  name: 'glue',
  signingName: 'glue',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
};
