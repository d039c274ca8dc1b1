import { operationsIn, type Service } from '../../core/service';
import { contract } from './contract';
import * as operations from './operations';
import { DynamoState } from './state';
import { Destinations } from './streams/destinations';
import { Sweeper } from './sweeper';
import { resumeFilling } from './tables/backfill';

export const dynamodb: Service = {
  name: 'dynamodb',
  signingName: 'dynamodb',
  contract,
  operations: operationsIn(operations),
  start: (cloud) => {
    resumeFilling(cloud.state(DynamoState));
    cloud.state(Sweeper);
    cloud.state(Destinations).update();
  },
};
