import { randomUUID } from 'node:crypto';
import { operationsIn, type Service } from '../../core/service';
import { serviceMay } from '../iam/authorize';
import { accessDenied } from '../iam/errors';
import { parseFunction } from './arn';
import { AsyncInvoker } from './async-invoker';
import { contract } from './contract';
import { Pollers } from './event-sources/pollers';
import * as operations from './operations';
import { resourcePolicyOf } from './operations/permissions';
import { LambdaState } from './state';

export const lambda: Service = {
  name: 'lambda',
  signingName: 'lambda',
  contract,
  operations: operationsIn(operations),
  onNotification: async (cloud, { service, sourceArn, endpoint, event, accountId, region, checkOnly }) => {
    const permission = { action: 'lambda:InvokeFunction', resource: endpoint };
    const reference = parseFunction({ accountId, region }, endpoint);
    cloud.state(LambdaState).version(reference);
    if (!serviceMay(cloud, service, sourceArn, { accountId, region }, permission))
      throw accessDenied(service, permission.action, endpoint);
    if (checkOnly === true) return;
    await cloud.state(AsyncInvoker).add(reference, Buffer.from(JSON.stringify(event)), randomUUID());
  },
  resourcePolicy: (cloud, { resource }) => {
    const policy = resourcePolicyOf(cloud.state(LambdaState), resource);
    return policy === undefined ? undefined : { documents: [policy] };
  },
  start: (cloud) => {
    cloud.state(AsyncInvoker).start();
    cloud.state(Pollers).start();
  },
};
