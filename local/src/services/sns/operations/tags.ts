import type { Tag } from '@aws-sdk/client-sns';
import type { Context, Strict } from '../../../core/operation';
import * as is from '../constraints';
import { operation } from '../contract';
import { resourceNotFound, tooManyTags } from '../errors';
import { requireOwn, SnsState, type Topic } from '../state';

export const listTagsForResource = operation('ListTagsForResource', {
  permissions: (input) => [{ action: 'sns:ListTagsForResource', resource: input.ResourceArn }],
  handle: ({ ResourceArn }, context) => {
    const { tags } = requireTopic(context, ResourceArn, 'ListTagsForResource');
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});

export const tagResource = operation('TagResource', {
  permissions: (input) => [{ action: 'sns:TagResource', resource: input.ResourceArn }],
  handle: async ({ ResourceArn, Tags }, context) => {
    const state = context.cloud.state(SnsState);
    await state.transaction(() => {
      const topic = requireTopic(context, ResourceArn, 'TagResource');
      const tags = { ...topic.tags, ...tagMap(Tags) };
      if (Object.keys(tags).length > is.MAX_TAGS) throw tooManyTags();
      state.putTopic({ ...topic, tags });
    });
    return {};
  },
});

export const untagResource = operation('UntagResource', {
  permissions: (input) => [{ action: 'sns:UntagResource', resource: input.ResourceArn }],
  handle: async ({ ResourceArn, TagKeys }, context) => {
    const state = context.cloud.state(SnsState);
    await state.transaction(() => {
      const topic = requireTopic(context, ResourceArn, 'UntagResource');
      const left = Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key));
      state.putTopic({ ...topic, tags: Object.fromEntries(left) });
    });
    return {};
  },
});

/** @throws AwsError `TagLimitExceeded` */
export function tagMap(tags: readonly Strict<Tag>[]): Record<string, string> {
  if (tags.length > is.MAX_TAGS) throw tooManyTags();
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function requireTopic({ cloud, caller }: Context, arn: string, action: string): Topic {
  requireOwn(caller, arn, action);
  const topic = cloud.state(SnsState).findTopic(arn);
  if (topic === undefined) throw resourceNotFound();
  return topic;
}
