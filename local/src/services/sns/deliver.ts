import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import { eventPattern } from '../../core/event-pattern';
import { ownerOf } from '../../core/owner';
import type { Notification } from '../../core/service';
import { publish } from './metrics';
import { SnsState, type Subscription, type Topic } from './state';

/** A published message. */
export interface Published {
  readonly messageId: string;
  /** The message's text for a protocol. */
  readonly text: (protocol: string) => string;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

/** Protocols with endpoints on this machine. */
const DELIVERED = new Set(['sqs', 'lambda']);

/**
 * Delivers a message to the topic's queues and functions before its publisher gets the answer. On a failure the message
 * goes to the subscription's dead-letter queue, if it has one; other subscriptions aren't affected.
 */
export async function deliver(cloud: Cloud, topic: Topic, message: Published): Promise<void> {
  const subscriptions = [...cloud.state(SnsState).listSubscriptions(topic.arn)];
  const wanted = subscriptions.filter((one) => DELIVERED.has(one.protocol) && !one.pending && isWanted(one, message));
  const outcomes = await Promise.all(wanted.map((one) => send(cloud, one, notificationOf(cloud, topic, one, message))));
  const failed = outcomes.filter((delivered) => !delivered).length;
  publish(cloud, topic, {
    NumberOfNotificationsDelivered: [wanted.length - failed, 'Count'],
    NumberOfNotificationsFailed: [failed, 'Count'],
    NumberOfNotificationsFilteredOut: [subscriptions.length - wanted.length, 'Count'],
  });
}

async function send(
  cloud: Cloud,
  { protocol, attributes }: Subscription,
  notification: Notification,
): Promise<boolean> {
  const receiver = (name: string) => cloud.services.find((service) => service.name === name)?.onNotification;
  try {
    await receiver(protocol)?.(cloud, notification);
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const letters = deadLettersOf(attributes.RedrivePolicy);
    if (letters !== undefined)
      await receiver('sqs')?.(cloud, { ...notification, endpoint: letters }).catch(() => undefined);
    return false;
  }
}

function deadLettersOf(policy: string | undefined): string | undefined {
  try {
    return (JSON.parse(policy ?? '{}') as { deadLetterTargetArn?: string }).deadLetterTargetArn;
  } catch {
    return undefined;
  }
}

/**
 * Whether a subscription's filter policy matches, by message attributes or by the body's members (SNS's page "Amazon
 * SNS subscription filter policies").
 */
function isWanted({ attributes, protocol }: Subscription, message: Published): boolean {
  const { FilterPolicy: text, FilterPolicyScope: scope = 'MessageAttributes' } = attributes;
  if (text === undefined || text === '' || /^\s*\{\s*\}\s*$/.test(text)) return true;
  const matches = eventPattern(JSON.parse(text));
  if (scope === 'MessageAttributes') return matches(attributeValues(message.attributes));
  try {
    return matches(JSON.parse(message.text(protocol)));
  } catch {
    return false;
  }
}

function attributeValues(attributes: Published['attributes']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = '', StringValue = '' }]) => {
      if (DataType === 'String.Array') return [name, JSON.parse(StringValue) as unknown];
      return [name, DataType.startsWith('Number') ? Number(StringValue) : StringValue];
    }),
  );
}

function notificationOf(
  cloud: Cloud,
  topic: Topic,
  { arn: subscriptionArn, endpoint, attributes, protocol }: Subscription,
  message: Published,
): Notification {
  const isRaw = attributes.RawMessageDelivery === 'true';
  const text = message.text(protocol);
  const entries = Object.entries(message.attributes);
  const described = Object.fromEntries(
    entries.map(([name, { DataType: Type, StringValue, BinaryValue }]) => [
      name,
      { Type, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64') },
    ]),
  );
  const sns = {
    Type: 'Notification',
    MessageId: message.messageId,
    TopicArn: topic.arn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: text,
    Timestamp: new Date(cloud.clock.now()).toISOString(),
    SignatureVersion: '1',
    ...(entries.length > 0 && { MessageAttributes: described }),
  };
  return {
    ...ownerOf(topic.arn),
    service: 'sns.amazonaws.com',
    sourceArn: topic.arn,
    endpoint,
    body: isRaw ? text : JSON.stringify(sns, null, 2),
    attributes: isRaw ? (message.attributes as Notification['attributes']) : {},
    event: {
      Records: [
        {
          EventVersion: '1.0',
          EventSource: 'aws:sns',
          EventSubscriptionArn: subscriptionArn,
          Sns: { Subject: null, MessageAttributes: {}, ...sns },
        },
      ],
    },
  };
}
