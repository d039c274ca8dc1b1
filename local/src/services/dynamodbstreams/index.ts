import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';

export const dynamodbstreams: Service = {
  name: 'dynamodbstreams',
  signingName: 'dynamodb',
  contract,
  operations: operationsIn(operations),
};
