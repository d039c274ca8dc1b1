import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { policyFor } from './resource-policy';
import { KinesisState } from './state';

export { onAppend } from './on-append';

export const kinesis: Service = {
  name: 'kinesis',
  signingName: 'kinesis',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  resourcePolicy: (cloud, { action, resource }) => policyFor(cloud, action, resource),
  // Completes changes that a killed process left unfinished, and starts deleting expired records.
  start: (cloud) => {
    cloud.state(KinesisState);
  },
};
