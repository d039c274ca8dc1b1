import { inBatch, namedQueue } from '../arn';
import { operation } from '../contract';
import { publish, publishGauges } from '../metrics';
import { SqsState } from '../state';
import { forEachEntry } from './batch';

export const deleteMessage = operation('DeleteMessage', {
  resource: namedQueue,
  handle: async ({ QueueUrl, ReceiptHandle }, { cloud, caller }) => {
    const queue = cloud.state(SqsState).byUrl(caller, QueueUrl);
    await queue.delete(ReceiptHandle);
    publish(cloud, queue, { NumberOfMessagesDeleted: [1, 'Count'] });
    publishGauges(cloud, queue);
    return undefined;
  },
});

export const deleteMessageBatch = operation('DeleteMessageBatch', {
  permissions: inBatch('DeleteMessage'),
  handle: async ({ QueueUrl, Entries }, { cloud, caller }) => {
    const queue = cloud.state(SqsState).byUrl(caller, QueueUrl);
    const answer = await forEachEntry(Entries, async ({ ReceiptHandle }) => {
      await queue.delete(ReceiptHandle);
      return {};
    });
    publish(cloud, queue, { NumberOfMessagesDeleted: [answer.Successful.length, 'Count'] });
    publishGauges(cloud, queue);
    return answer;
  },
});

export const changeMessageVisibility = operation('ChangeMessageVisibility', {
  resource: namedQueue,
  handle: async ({ QueueUrl, ReceiptHandle, VisibilityTimeout }, { cloud, caller }) => {
    await cloud.state(SqsState).byUrl(caller, QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout);
    return undefined;
  },
});

export const changeMessageVisibilityBatch = operation('ChangeMessageVisibilityBatch', {
  permissions: inBatch('ChangeMessageVisibility'),
  handle: ({ QueueUrl, Entries }, { cloud, caller }) => {
    const queue = cloud.state(SqsState).byUrl(caller, QueueUrl);
    return forEachEntry(Entries, async ({ ReceiptHandle, VisibilityTimeout = 0 }) => {
      await queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return {};
    });
  },
});
