import { ownerOf } from '../../core/owner';
import { operationsOf, type Service } from '../../core/service';
import { requireServiceMay } from '../iam/authorize';
import { contract } from './contract';
import { publish } from './operations/publish';
import { policyOf } from './policy';
import { SnsState } from './state';

export const sns: Service = {
  name: 'sns',
  signingName: 'sns',
  contract,
  operations: operationsOf(() => require('./operations') as typeof import('./operations')),
  onNotification: async (cloud, { service, sourceArn, endpoint, body, accountId, region }) => {
    cloud.state(SnsState).topic({ ...ownerOf(endpoint), principalArn: service }, endpoint, 'Publish');
    const permission = { action: 'sns:Publish', resource: endpoint };
    requireServiceMay(cloud, service, sourceArn, { accountId, region }, permission);
    const message = { TopicArn: endpoint, Subject: 'Amazon S3 Notification', Message: body };
    await cloud.call(publish, message, { ...ownerOf(endpoint), principalArn: sourceArn });
  },
  resourcePolicy: (cloud, { resource }) => {
    const topic = resource.includes(':sns:') ? cloud.state(SnsState).findTopic(resource) : undefined;
    return topic === undefined ? undefined : { documents: [policyOf(topic)] };
  },
};
