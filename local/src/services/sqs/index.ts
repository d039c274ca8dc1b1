import type { Service } from '../../core/service';
import { serviceMay } from '../iam/authorize';
import { accessDenied } from '../iam/errors';
import { contract } from './contract';
import {
  cancelMessageMoveTask,
  listDeadLetterSourceQueues,
  listMessageMoveTasks,
  startMessageMoveTask,
} from './operations/dead-letters';
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
} from './operations/delete-message';
import { addPermission, removePermission } from './operations/permissions';
import {
  createQueue,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  listQueues,
  purgeQueue,
  setQueueAttributes,
} from './operations/queues';
import { receiveMessage } from './operations/receive-message';
import { sendAll, sendMessage, sendMessageBatch } from './operations/send-message';
import { listQueueTags, tagQueue, untagQueue } from './operations/tags';
import { SqsState } from './state';

export const sqs: Service = {
  name: 'sqs',
  signingName: 'sqs',
  contract,
  operations: [
    createQueue,
    getQueueUrl,
    listQueues,
    deleteQueue,
    purgeQueue,
    getQueueAttributes,
    setQueueAttributes,
    sendMessage,
    sendMessageBatch,
    receiveMessage,
    deleteMessage,
    deleteMessageBatch,
    changeMessageVisibility,
    changeMessageVisibilityBatch,
    listDeadLetterSourceQueues,
    startMessageMoveTask,
    listMessageMoveTasks,
    cancelMessageMoveTask,
    addPermission,
    removePermission,
    listQueueTags,
    tagQueue,
    untagQueue,
  ],
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
