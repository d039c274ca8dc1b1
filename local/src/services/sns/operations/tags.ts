import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-sns';
import { type Context, operation, type Strict } from '../../../core/operation';
import { structure } from '../../../core/shape';
import * as is from '../constraints';
import { resourceNotFound, tooManyTags } from '../errors';
import { requireOwn, SnsState, type Topic } from '../state';

export const listTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
  name: 'ListTagsForResource',
  input: structure({ ResourceArn: is.resourceArn }, 'ResourceArn'),
  permissions: (input) => [{ action: 'sns:ListTagsForResource', resource: input.ResourceArn }],
  handle: ({ ResourceArn }, context) => {
    const { tags } = requireTopic(context, ResourceArn, 'ListTagsForResource');
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});

export const tagResource = operation<TagResourceRequest, TagResourceResponse>({
  name: 'TagResource',
  input: structure({ ResourceArn: is.resourceArn, Tags: is.tags }, 'ResourceArn Tags'),
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

export const untagResource = operation<UntagResourceRequest, UntagResourceResponse>({
  name: 'UntagResource',
  input: structure({ ResourceArn: is.resourceArn, TagKeys: is.tagKeys }, 'ResourceArn TagKeys'),
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
