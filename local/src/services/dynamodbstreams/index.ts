import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';

export const dynamodbstreams: Service = {
  name: 'dynamodbstreams',
  signingName: 'dynamodb',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
};
