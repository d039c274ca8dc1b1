import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../core/cloud';
import { ownerOf } from '../../core/owner';
import { operationsOf, type Service } from '../../core/service';
import { requireServiceMay } from '../iam/authorize';
import { parseFunction } from './arn';
import { contract } from './contract';
import { LambdaState } from './state';

/** Lazy import: an endpoint without functions starts without runtimes and pollers. */
const invoker = (cloud: Cloud) =>
  cloud.state((require('./async-invoker') as typeof import('./async-invoker')).AsyncInvoker);
const pollers = (cloud: Cloud) =>
  cloud.state((require('./event-sources/pollers') as typeof import('./event-sources/pollers')).Pollers);

export const lambda: Service = {
  name: 'lambda',
  signingName: 'lambda',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  onNotification: async (cloud, { service, sourceArn, endpoint, event, accountId, region, checkOnly }) => {
    const permission = { action: 'lambda:InvokeFunction', resource: endpoint };
    const reference = parseFunction(ownerOf(endpoint), endpoint);
    cloud.state(LambdaState).version(reference);
    requireServiceMay(cloud, service, sourceArn, { accountId, region }, permission);
    if (checkOnly === true) return;
    await invoker(cloud).add(reference, Buffer.from(JSON.stringify(event)), randomUUID());
  },
  resourcePolicy: (cloud, { resource }) => {
    const policy = cloud.state(LambdaState).policyOf(resource);
    return policy === undefined ? undefined : { documents: [policy] };
  },
  start: (cloud) => {
    const state = cloud.state(LambdaState);
    if ([...state.events.getRange({ limit: 1 })].length > 0) invoker(cloud).start();
    if (state.allMappings().next().done !== true) pollers(cloud).start();
  },
};
