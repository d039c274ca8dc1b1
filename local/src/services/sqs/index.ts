import type { Service } from '../../core/service';
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
import { sendMessage, sendMessageBatch } from './operations/send-message';
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
  resourcePolicy: (cloud, { resource }) => {
    const policy = resource.includes(':sqs:') ? cloud.state(SqsState).find(resource)?.attributes.Policy : undefined;
    return policy === undefined || policy === '' ? undefined : { documents: [policy] };
  },
};
