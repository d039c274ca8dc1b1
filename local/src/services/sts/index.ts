import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';
import { StsState } from './state';

export const sts: Service = {
  name: 'sts',
  signingName: 'sts',
  contract,
  operations: operationsIn(operations),
  resolveCaller: (cloud, credential) => cloud.state(StsState).callerOf(credential),
};
