import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';

export const firehose: Service = {
  name: 'firehose',
  signingName: 'firehose',
  contract,
  operations: operationsIn(operations),
};
