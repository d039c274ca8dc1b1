import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';
import { KinesisState } from './state';

export { onAppend } from './on-append';

export const kinesis: Service = {
  name: 'kinesis',
  signingName: 'kinesis',
  contract,
  operations: operationsIn(operations),
  // Finishes what a killed process left half done, and begins to delete expired records.
  start: (cloud) => {
    cloud.state(KinesisState);
  },
};
