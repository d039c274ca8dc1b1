import { operationsOf, type Service } from '../../core/service';
import { requireServiceMay } from '../iam/authorize';
import { contract } from './contract';
import { sendAll } from './operations/send-message';
import { SqsState } from './state';

export const sqs: Service = {
  name: 'sqs',
  signingName: 'sqs',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  onNotification: async (cloud, { service, sourceArn, endpoint, body, attributes, accountId, region }) => {
    const queue = cloud.state(SqsState).byArn(endpoint);
    const permission = { action: 'sqs:SendMessage', resource: endpoint };
    requireServiceMay(cloud, service, sourceArn, { accountId, region }, permission);
    await sendAll(cloud, queue, [{ body, attributes, systemAttributes: {}, senderId: accountId }]);
  },
  resourcePolicy: (cloud, { resource }) => {
    const policy = resource.includes(':sqs:') ? cloud.state(SqsState).find(resource)?.attributes.Policy : undefined;
    return policy === undefined || policy === '' ? undefined : { documents: [policy] };
  },
};
