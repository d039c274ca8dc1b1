import { randomUUID } from 'node:crypto';
import { ownerOf } from '../../../core/owner';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { SnsState } from '../state';

/** Takes a message to a topic and counts it; this endpoint sends nothing beyond the machine. */
export const publish = operation('Publish', {
  permissions: (input) => [{ action: 'sns:Publish', resource: input.TopicArn ?? input.TargetArn ?? '*' }],
  handle: ({ TopicArn, TargetArn, Message, Subject, MessageStructure }, { cloud, caller }) => {
    const target = TopicArn ?? TargetArn;
    if (target === undefined) {
      throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    }
    const topic = cloud.state(SnsState).topic(caller, target, 'Publish');
    if (Message === '') throw invalidParameter('Empty message');
    const size = Buffer.byteLength(Message);
    if (size > is.MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
    if (Subject !== undefined && (Subject === '' || Subject.length > is.MAX_SUBJECT)) throw invalidParameter('Subject');
    if (MessageStructure === 'json') requireDefault(Message);
    const name = topic.arn.split(':').pop() ?? '';
    cloud.metrics.publish(
      { namespace: 'AWS/SNS', dimensions: { TopicName: name }, ...ownerOf(topic.arn) },
      { NumberOfMessagesPublished: [1, 'Count'], PublishSize: [size, 'Bytes'] },
    );
    return { MessageId: randomUUID() };
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
