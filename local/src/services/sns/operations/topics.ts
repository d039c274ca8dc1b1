import type { Context } from '../../../core/operation';
import { toCreate } from '../../../core/permissions';
import { topicArn } from '../arn';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { page } from '../paging';
import { checkPolicy, policyOf } from '../policy';
import { requireOwn, withAttribute } from '../state';
import { tagMap } from './tags';

/** Creates a topic; an existing one with the same attributes is returned, as on AWS. */
export const createTopic = operation('CreateTopic', {
  permissions: ({ Name, Tags }, { caller }) => toCreate('sns', 'CreateTopic', topicArn(caller, Name), Tags),
  handle: async ({ Name, Attributes = {}, Tags = [] }, context) => {
    const { state, caller } = context;
    if (!is.TOPIC_NAME.test(Name)) throw invalidParameter('Topic Name');
    for (const [name, value] of Object.entries(Attributes)) requireAttribute(name, value, context);
    const arn = topicArn(caller, Name);
    const tags = tagMap(Tags);
    await state.transaction(() => {
      const known = state.findTopic(arn);
      if (known === undefined) return state.putTopic({ arn, attributes: Attributes, tags });
      const differs = (own: Readonly<Record<string, string>>, given: Record<string, string>) =>
        Object.entries(given).some(([name, value]) => own[name] !== value);
      if (differs(known.attributes, Attributes)) {
        throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
      }
      if (differs(known.tags, tags)) throw invalidParameter('Tags Reason: Topic already exists with different tags');
    });
    return { TopicArn: arn };
  },
});

export const getTopicAttributes = operation('GetTopicAttributes', {
  handle: ({ TopicArn }, { state, caller }) => {
    const topic = state.topic(caller, TopicArn, 'GetTopicAttributes');
    const subscriptions = [...state.listSubscriptions(TopicArn)];
    const pending = subscriptions.filter((subscription) => subscription.pending).length;
    const attributes: Record<string, string> = {
      TopicArn,
      Owner: caller.accountId,
      DisplayName: '',
      Policy: policyOf(topic),
      EffectiveDeliveryPolicy: DELIVERY_POLICY,
      SubscriptionsPending: String(pending),
      SubscriptionsConfirmed: String(subscriptions.length - pending),
      SubscriptionsDeleted: '0',
      ...topic.attributes,
    };
    return { Attributes: new Map(Object.entries(attributes)) as unknown as Record<string, string> };
  },
});

export const setTopicAttributes = operation('SetTopicAttributes', {
  handle: async ({ TopicArn, AttributeName, AttributeValue }, context) => {
    const { state, caller } = context;
    requireAttribute(AttributeName, AttributeValue, context);
    await state.transaction(() => {
      const topic = state.topic(caller, TopicArn, 'SetTopicAttributes');
      state.putTopic(withAttribute(topic, AttributeName, AttributeValue));
    });
  },
});

export const listTopics = operation('ListTopics', {
  resource: (_input, { caller }) => topicArn(caller, '*'),
  handle: ({ NextToken: token }, { state, caller }) => {
    const topics = (after?: string) => state.listTopics(caller, after);
    const found = page(token, undefined, { items: topics, keyOf: ({ arn }) => arn });
    return { Topics: found.items.map(({ arn }) => ({ TopicArn: arn })), NextToken: found.nextToken };
  },
});

/** Deletes a topic with its subscriptions; deleting a missing one succeeds. */
export const deleteTopic = operation('DeleteTopic', {
  handle: async ({ TopicArn }, { state, caller }) => {
    requireOwn(caller, TopicArn, 'DeleteTopic');
    await state.transaction(() => state.removeTopic(TopicArn));
  },
});

function requireAttribute(name: string, value: string | undefined, context: Context): void {
  if (name === 'FifoTopic') throw invalidParameter('AttributeName Reason: this local endpoint has no FIFO topics');
  if (!is.TOPIC_ATTRIBUTES.has(name)) throw invalidParameter('AttributeName');
  if (name === 'Policy' && value !== undefined && value !== '') checkPolicy(value, context);
}

const DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
});
