import type {
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  ListSubscriptionsInput,
  ListSubscriptionsResponse,
  Subscription as SdkSubscription,
  SetSubscriptionAttributesInput,
  SubscribeInput,
  SubscribeResponse,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import { operation } from '../../../core/operation';
import { boolean, string, structure } from '../../../core/shape';
import * as is from '../constraints';
import { invalidParameter } from '../errors';
import { page } from '../paging';
import { SnsState, type Subscription, topicArn } from '../state';

const PENDING = 'PendingConfirmation';
/** Endpoints of these protocols have to confirm before they are sent anything. */
const CONFIRMING = new Set(['http', 'https', 'email', 'email-json']);

/** Subscribing the same endpoint again gives the subscription that is there. */
export const subscribe = operation<SubscribeInput, SubscribeResponse>({
  name: 'Subscribe',
  input: structure(
    {
      TopicArn: is.topicArn,
      Protocol: string(),
      Endpoint: string(),
      Attributes: is.attributes,
      ReturnSubscriptionArn: boolean,
    },
    'TopicArn Protocol',
  ),
  permissions: (input) => [
    {
      action: 'sns:Subscribe',
      resource: input.TopicArn,
      conditions: { 'sns:Protocol': input.Protocol, 'sns:Endpoint': input.Endpoint ?? '' },
    },
  ],
  handle: async ({ TopicArn, Protocol, Endpoint, Attributes = {}, ReturnSubscriptionArn }, { cloud, caller }) => {
    requireEndpoint(Protocol, Endpoint);
    for (const name of Object.keys(Attributes)) requireAttribute(name);
    const state = cloud.state(SnsState);
    const subscription = await state.transaction(() => {
      const topic = state.topic(TopicArn);
      const known = [...state.listSubscriptions(topic.arn)].find(
        ({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint,
      );
      if (known !== undefined) return known;
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

export const getSubscriptionAttributes = operation<GetSubscriptionAttributesInput, GetSubscriptionAttributesResponse>({
  name: 'GetSubscriptionAttributes',
  input: structure({ SubscriptionArn: is.subscriptionArn }, 'SubscriptionArn'),
  permissions: (input) => [
    { action: 'sns:GetSubscriptionAttributes', resource: input.SubscriptionArn.replace(/:[^:]*$/, '') },
  ],
  handle: ({ SubscriptionArn }, { cloud }) => {
    const found = cloud.state(SnsState).subscription(SubscriptionArn);
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

export const setSubscriptionAttributes = operation<SetSubscriptionAttributesInput, void>({
  name: 'SetSubscriptionAttributes',
  input: structure(
    { SubscriptionArn: is.subscriptionArn, AttributeName: string(), AttributeValue: string() },
    'SubscriptionArn AttributeName',
  ),
  permissions: (input) => [
    { action: 'sns:SetSubscriptionAttributes', resource: input.SubscriptionArn.replace(/:[^:]*$/, '') },
  ],
  handle: async ({ SubscriptionArn, AttributeName, AttributeValue }, { cloud }) => {
    requireAttribute(AttributeName);
    const state = cloud.state(SnsState);
    await state.transaction(() => {
      const found = state.subscription(SubscriptionArn);
      const { [AttributeName]: _old, ...rest } = found.attributes;
      const unset = AttributeValue === undefined || AttributeValue === '';
      state.putSubscription({ ...found, attributes: unset ? rest : { ...rest, [AttributeName]: AttributeValue } });
    });
  },
});

export const listSubscriptions = operation<ListSubscriptionsInput, ListSubscriptionsResponse>({
  name: 'ListSubscriptions',
  input: structure({ NextToken: is.nextToken }),
  handle: ({ NextToken: token }, { cloud, caller }) => {
    const state = cloud.state(SnsState);
    const { items, NextToken } = page(
      (after) => state.listSubscriptions(topicArn(caller, ''), after),
      token,
      is.LIST_PAGE,
    );
    return { Subscriptions: items.map(describe), NextToken };
  },
});

export const listSubscriptionsByTopic = operation<ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse>({
  name: 'ListSubscriptionsByTopic',
  input: structure({ TopicArn: is.topicArn, NextToken: is.nextToken }, 'TopicArn'),
  permissions: (input) => [{ action: 'sns:ListSubscriptionsByTopic', resource: input.TopicArn }],
  handle: ({ TopicArn, NextToken: token }, { cloud }) => {
    const state = cloud.state(SnsState);
    state.topic(TopicArn);
    const { items, NextToken } = page((after) => state.listSubscriptions(TopicArn, after), token, is.LIST_PAGE);
    return { Subscriptions: items.map(describe), NextToken };
  },
});

export const unsubscribe = operation<UnsubscribeInput, void>({
  name: 'Unsubscribe',
  input: structure({ SubscriptionArn: is.subscriptionArn }, 'SubscriptionArn'),
  permissions: (input) => [{ action: 'sns:Unsubscribe', resource: input.SubscriptionArn.replace(/:[^:]*$/, '') }],
  handle: async ({ SubscriptionArn }, { cloud }) => {
    const state = cloud.state(SnsState);
    await state.transaction(() => {
      if (state.subscription(SubscriptionArn).pending) {
        throw invalidParameter(
          'SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation',
        );
      }
      state.removeSubscription(SubscriptionArn);
    });
  },
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
  const fits: Readonly<Record<string, RegExp>> = {
    http: /^http:\/\/./,
    https: /^https:\/\/./,
    email: /^[^@\s]+@[^@\s]+$/,
    'email-json': /^[^@\s]+@[^@\s]+$/,
    sqs: /^arn:[^:]+:sqs:/,
    lambda: /^arn:[^:]+:lambda:/,
    firehose: /^arn:[^:]+:firehose:/,
  };
  if (fits[protocol]?.test(endpoint) === false) throw invalidParameter(`Invalid endpoint for ${protocol}: ${endpoint}`);
}

function requireAttribute(name: string): void {
  if (!is.SUBSCRIPTION_ATTRIBUTES.has(name)) throw invalidParameter('AttributeName');
}
