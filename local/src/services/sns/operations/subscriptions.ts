import type { Subscription as SdkSubscription } from '@aws-sdk/client-sns';
import { eventPattern, InvalidPattern } from '../../../core/event-pattern';
import { isObject } from '../../../core/is-object';
import { topicArn } from '../arn';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { page } from '../paging';
import { type Subscription, withAttribute } from '../state';

const PENDING = 'PendingConfirmation';
/** Protocols whose endpoints must confirm a subscription. */
const CONFIRMING = new Set(['http', 'https', 'email', 'email-json']);

/** Subscribes an endpoint; an existing subscription is returned. */
export const subscribe = operation('Subscribe', {
  permissions: (input) => [
    {
      action: 'sns:Subscribe',
      resource: input.TopicArn,
      conditions: { 'sns:Protocol': input.Protocol, 'sns:Endpoint': input.Endpoint ?? '' },
    },
  ],
  handle: async ({ TopicArn, Protocol, Endpoint, Attributes = {}, ReturnSubscriptionArn }, { state, caller }) => {
    requireEndpoint(Protocol, Endpoint);
    for (const [name, value] of Object.entries(Attributes)) requireAttribute(name, value, 'Attributes Reason: ');
    const subscription = await state.transaction(() => {
      const topic = state.topic(caller, TopicArn, 'Subscribe');
      const known = [...state.listSubscriptions(topic.arn)].find(
        ({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint,
      );
      if (known !== undefined) {
        if (Object.entries(Attributes).some(([name, value]) => known.attributes[name] !== value))
          throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
        return known;
      }
      const made: Subscription = {
        arn: state.newSubscriptionArn(topic.arn),
        topicArn: topic.arn,
        owner: caller.accountId,
        protocol: Protocol,
        endpoint: Endpoint ?? '',
        pending: CONFIRMING.has(Protocol),
        attributes: Attributes,
      };
      state.putSubscription(made);
      return made;
    });
    const hidden = subscription.pending && ReturnSubscriptionArn !== true;
    return { SubscriptionArn: hidden ? 'pending confirmation' : subscription.arn };
  },
});

export const getSubscriptionAttributes = operation('GetSubscriptionAttributes', {
  handle: ({ SubscriptionArn }, { state, caller }) => {
    const found = state.subscription(caller, SubscriptionArn, 'GetSubscriptionAttributes');
    const attributes: Record<string, string> = {
      SubscriptionArn: found.arn,
      TopicArn: found.topicArn,
      Owner: found.owner,
      Protocol: found.protocol,
      Endpoint: found.endpoint,
      PendingConfirmation: String(found.pending),
      ConfirmationWasAuthenticated: String(!found.pending),
      RawMessageDelivery: 'false',
      ...found.attributes,
    };
    return { Attributes: new Map(Object.entries(attributes)) as unknown as Record<string, string> };
  },
});

export const setSubscriptionAttributes = operation('SetSubscriptionAttributes', {
  handle: async ({ SubscriptionArn, AttributeName, AttributeValue }, { state, caller }) => {
    requireAttribute(AttributeName, AttributeValue);
    await state.transaction(() => {
      const found = state.subscription(caller, SubscriptionArn, 'SetSubscriptionAttributes');
      state.putSubscription(withAttribute(found, AttributeName, AttributeValue));
    });
  },
});

export const listSubscriptions = operation('ListSubscriptions', {
  resource: (_input, { caller }) => topicArn(caller, '*'),
  handle: ({ NextToken: token }, { state, caller }) =>
    pageOf((after) => state.listSubscriptions(topicArn(caller, ''), after), token),
});

export const listSubscriptionsByTopic = operation('ListSubscriptionsByTopic', {
  handle: ({ TopicArn, NextToken: token }, { state, caller }) => {
    state.topic(caller, TopicArn, 'ListSubscriptionsByTopic');
    return pageOf((after) => state.listSubscriptions(TopicArn, after), token);
  },
});

export const unsubscribe = operation('Unsubscribe', {
  handle: ({ SubscriptionArn }, { state, caller }) =>
    state.transaction(() => {
      if (state.subscription(caller, SubscriptionArn, 'Unsubscribe').pending) {
        throw invalidParameter(
          'SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation',
        );
      }
      state.removeSubscription(SubscriptionArn);
    }),
});

function describe(subscription: Subscription): SdkSubscription {
  return {
    SubscriptionArn: subscription.pending ? PENDING : subscription.arn,
    Owner: subscription.owner,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn,
  };
}

function requireEndpoint(protocol: string, endpoint: string | undefined): void {
  if (!is.PROTOCOLS.includes(protocol))
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  if (endpoint === undefined || endpoint === '') throw invalidParameter('Endpoint Reason: The endpoint is required');
  const { looks, problem } = ENDPOINTS[protocol] ?? {};
  if (looks?.test(endpoint) === false) throw invalidParameter(problem ?? 'Endpoint');
}

/** Patterns of endpoints, with AWS's error for a mismatch. */
const ENDPOINTS: Readonly<Record<string, { readonly looks: RegExp; readonly problem: string }>> = {
  http: { looks: /^http:\/\/./, problem: 'Endpoint must match the specified protocol' },
  https: { looks: /^https:\/\/./, problem: 'Endpoint must match the specified protocol' },
  email: { looks: /^[^@\s]+@[^@\s]+$/, problem: 'Email address' },
  'email-json': { looks: /^[^@\s]+@[^@\s]+$/, problem: 'Email address' },
  sqs: { looks: /^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w.-]+$/, problem: 'SQS endpoint ARN' },
  lambda: { looks: /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:./, problem: 'Lambda endpoint ARN' },
  firehose: { looks: /^arn:aws[\w-]*:firehose:[\w-]+:\d{12}:deliverystream\/./, problem: 'Firehose endpoint ARN' },
};

/** @param reason what the message begins with in an operation of several attributes */
function requireAttribute(name: string, value: string | undefined, reason = ''): void {
  if (!is.SUBSCRIPTION_ATTRIBUTES.has(name)) throw invalidParameter('AttributeName');
  if (name !== 'FilterPolicy' || value === undefined || value === '') return;
  let policy: unknown;
  try {
    policy = JSON.parse(value);
  } catch {
    throw invalidParameter(`${reason}FilterPolicy: failed to parse JSON`);
  }
  // An empty policy lets every message through.
  if (isObject(policy) && Object.keys(policy).length === 0) return;
  try {
    eventPattern(policy);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    throw invalidParameter(`${reason}FilterPolicy: ${error.message}`);
  }
}

function pageOf(items: (after: string | undefined) => Iterable<Subscription>, token: string | undefined) {
  const found = page(token, undefined, { items, keyOf: ({ arn }) => arn });
  return { Subscriptions: found.items.map(describe), NextToken: found.nextToken };
}
