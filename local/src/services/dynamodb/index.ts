import { operationsOf, type Service } from '../../core/service';
import { contract } from './contract';
import { DynamoState } from './state';
import { Sweeper } from './sweeper';
import { resumeFilling } from './tables/backfill';

export const dynamodb: Service = {
  name: 'dynamodb',
  signingName: 'dynamodb',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  start: async (cloud) => {
    const state = cloud.state(DynamoState);
    await state.recovered;
    resumeFilling(state);
    cloud.state(Sweeper);
    if (![...state.all()].some(({ info }) => info.destinations !== undefined)) return;
    const { Destinations } = require('./streams/destinations') as typeof import('./streams/destinations');
    cloud.state(Destinations).update();
  },
};
