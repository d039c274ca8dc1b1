import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';

export const glue: Service = {
  name: 'glue',
  signingName: 'glue',
  contract,
  operations: operationsIn(operations),
};
