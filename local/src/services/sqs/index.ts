import { operationsOf, type Service } from '../../core/service';
import { serviceMay } from '../iam/authorize';
import { accessDenied } from '../iam/errors';
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
    const may = serviceMay(
      cloud,
      service,
      sourceArn,
      { accountId, region },
      { action: 'sqs:SendMessage', resource: endpoint },
    );
    if (!may) throw accessDenied(service, 'sqs:SendMessage', endpoint);
    await sendAll(cloud, queue, [{ body, attributes, systemAttributes: {}, senderId: accountId }]);
  },
  resourcePolicy: (cloud, { resource }) => {
    const policy = resource.includes(':sqs:') ? cloud.state(SqsState).find(resource)?.attributes.Policy : undefined;
    return policy === undefined || policy === '' ? undefined : { documents: [policy] };
  },
};
