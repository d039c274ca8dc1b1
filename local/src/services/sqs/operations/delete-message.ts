import { inBatch } from '../arn';
import { operation } from '../contract';
import { publish, publishGauges } from '../metrics';
import { forEachEntry } from './batch';

export const deleteMessage = operation('DeleteMessage', {
  handle: async ({ QueueUrl, ReceiptHandle }, { state, cloud, caller }) => {
    const queue = state.byUrl(caller, QueueUrl);
    await queue.delete(ReceiptHandle);
    publish(cloud, queue, { NumberOfMessagesDeleted: [1, 'Count'] });
    publishGauges(cloud, queue);
  },
});

export const deleteMessageBatch = operation('DeleteMessageBatch', {
  permissions: inBatch('DeleteMessage'),
  handle: async ({ QueueUrl, Entries }, { state, cloud, caller }) => {
    const queue = state.byUrl(caller, QueueUrl);
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
  handle: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }, { state, caller }) =>
    state.byUrl(caller, QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout),
});

export const changeMessageVisibilityBatch = operation('ChangeMessageVisibilityBatch', {
  permissions: inBatch('ChangeMessageVisibility'),
  handle: ({ QueueUrl, Entries }, { state, caller }) => {
    const queue = state.byUrl(caller, QueueUrl);
    return forEachEntry(Entries, async ({ ReceiptHandle, VisibilityTimeout = 0 }) => {
      await queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return {};
    });
  },
});
