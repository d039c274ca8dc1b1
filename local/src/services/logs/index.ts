import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';
import { LogsState } from './state';

export const logs: Service = {
  name: 'logs',
  signingName: 'logs',
  contract,
  operations: operationsIn(operations),
  // Removal that an earlier run didn't get to the end of.
  start: (cloud) => cloud.state(LogsState).sweep(),
};
