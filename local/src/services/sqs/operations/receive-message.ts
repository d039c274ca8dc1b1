import type { Message } from '@aws-sdk/client-sqs';
import { operation } from '../contract';
import { publish, publishGauges } from '../metrics';
import { md5, md5OfAttributes, type Queue, type Received, sequenceNumberOf } from '../queue';
import { numberOf } from '../queue-attributes';

/** Receives messages, with the wait time of the request or of the queue. */
export const receiveMessage = operation('ReceiveMessage', {
  handle: async (input, { state, cloud, caller }) => {
    const queue = state.byUrl(caller, input.QueueUrl);
    const { attributes } = queue.info;
    const wait = input.WaitTimeSeconds ?? numberOf(attributes, 'ReceiveMessageWaitTimeSeconds');
    const visibilityMs = (input.VisibilityTimeout ?? numberOf(attributes, 'VisibilityTimeout')) * 1000;
    const deadline = performance.now() + wait * 1000;
    for (;;) {
      const received = await queue.receive(input.MaxNumberOfMessages ?? 1, visibilityMs, (arn) =>
        state.find(arn) === undefined ? undefined : state.byArn(arn),
      );
      const left = deadline - performance.now();
      if (received.length > 0 || left <= 0) {
        publish(cloud, queue, {
          NumberOfMessagesReceived: [received.length, 'Count'],
          NumberOfEmptyReceives: [received.length === 0 ? 1 : 0, 'Count'],
        });
        publishGauges(cloud, queue);
        return received.length === 0 ? {} : { Messages: received.map((message) => toMessage(message, input, queue)) };
      }
      await queue.wait(left);
      // Fails if the queue was deleted during the wait.
      state.byArn(queue.info.arn);
    }
  },
});

interface Wanted {
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

function toMessage(message: Received, wanted: Wanted, queue: Queue): Message {
  const names = [...(wanted.AttributeNames ?? []), ...(wanted.MessageSystemAttributeNames ?? [])];
  const system = systemAttributesOf(message, queue);
  const shown = Object.entries(system).filter(([name]) => names.includes('All') || names.includes(name));
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => isWanted(name, wanted.MessageAttributeNames ?? [])),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(shown.length > 0 && { Attributes: Object.fromEntries(shown) as Message['Attributes'] }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
}

function systemAttributesOf(message: Received, queue: Queue): Record<string, string> {
  const { groupId, deduplicationId, sourceArn, systemAttributes } = message;
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    ...(queue.isFifo && { SequenceNumber: sequenceNumberOf(message.number) }),
    ...(sourceArn !== undefined && { DeadLetterQueueSourceArn: sourceArn }),
    ...(systemAttributes.AWSTraceHeader?.StringValue !== undefined && {
      AWSTraceHeader: systemAttributes.AWSTraceHeader.StringValue,
    }),
  };
}

/** Whether an attribute name is requested: by `All`, `.*`, a name, or a prefix `bar.*`. */
function isWanted(name: string, wanted: readonly string[]): boolean {
  return wanted.some(
    (pattern) =>
      pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
  );
}
