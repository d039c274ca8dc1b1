import { randomUUID } from 'node:crypto';
import * as is from '../constraints';
import { operation } from '../contract';
import { deliver } from '../deliver';
import { invalidParameter } from '../errors';
import * as metrics from '../metrics';

/** Publishes a message to a topic's subscribed queues and functions; nothing leaves the machine. */
export const publish = operation('Publish', {
  resource: (input) => input.TopicArn ?? input.TargetArn ?? '*',
  handle: async (input, { state, cloud, caller }) => {
    const { TopicArn, TargetArn, Message, Subject, MessageStructure, MessageAttributes = {} } = input;
    const target = TopicArn ?? TargetArn;
    if (target === undefined) {
      throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    }
    const topic = state.topic(caller, target, 'Publish');
    if (Message === '') throw invalidParameter('Empty message');
    const size = Buffer.byteLength(Message);
    if (size > is.MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
    if (Subject !== undefined && (Subject === '' || Subject.length > is.MAX_SUBJECT)) throw invalidParameter('Subject');
    if (MessageStructure === 'json') requireDefault(Message);
    metrics.publish(cloud, topic, { NumberOfMessagesPublished: [1, 'Count'], PublishSize: [size, 'Bytes'] });
    const messageId = randomUUID();
    const byProtocol = MessageStructure === 'json' ? (JSON.parse(Message) as Record<string, string>) : undefined;
    const text = (protocol: string) => byProtocol?.[protocol] ?? byProtocol?.default ?? Message;
    await deliver(cloud, topic, { messageId, text, subject: Subject, attributes: MessageAttributes });
    return { MessageId: messageId };
  },
});

function requireDefault(message: string): void {
  try {
    if (typeof (JSON.parse(message) as { default?: unknown }).default === 'string') return;
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  throw invalidParameter('Message Structure - No default entry in JSON message body');
}
