import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';
import { settleUnfinished } from './writes';

export const athena: Service = {
  name: 'athena',
  signingName: 'athena',
  contract,
  operations: operationsIn(operations),
  start: settleUnfinished,
};
