import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';
import { Destinations } from './streams/destinations';
import { Sweeper } from './sweeper';

export const dynamodb: Service = {
  name: 'dynamodb',
  signingName: 'dynamodb',
  contract,
  operations: operationsIn(operations),
  start: (cloud) => {
    cloud.state(Sweeper);
    cloud.state(Destinations).update();
  },
};
