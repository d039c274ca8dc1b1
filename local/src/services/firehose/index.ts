import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { FirehoseState } from './state';

export const firehose: Service = {
  name: 'firehose',
  signingName: 'firehose',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  start: (cloud) => {
    if (cloud.state(FirehoseState).all().length > 0) cloud.dataPlaneOf(contract);
  },
};
