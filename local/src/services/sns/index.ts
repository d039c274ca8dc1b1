import type { Service } from '../../core/service';
import { contract } from './contract';
import { publish } from './operations/publish';
import {
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './operations/subscriptions';
import { listTagsForResource, tagResource, untagResource } from './operations/tags';
import { createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes } from './operations/topics';
import { policyOf } from './policy';
import { SnsState } from './state';

export const sns: Service = {
  name: 'sns',
  signingName: 'sns',
  contract,
  operations: [
    createTopic,
    getTopicAttributes,
    setTopicAttributes,
    listTopics,
    deleteTopic,
    subscribe,
    getSubscriptionAttributes,
    setSubscriptionAttributes,
    listSubscriptions,
    listSubscriptionsByTopic,
    unsubscribe,
    publish,
    listTagsForResource,
    tagResource,
    untagResource,
  ],
  resourcePolicy: (cloud, { resource }) => {
    const topic = resource.includes(':sns:') ? cloud.state(SnsState).findTopic(resource) : undefined;
    return topic === undefined ? undefined : { documents: [policyOf(topic)] };
  },
};
