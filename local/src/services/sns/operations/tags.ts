import type { Tag } from '@aws-sdk/client-sns';
import type { Context, Strict } from '../../../core/operation';
import { fromTagList, mergeTags, tagList, withoutTags } from '../../../core/tags';
import { operation } from '../contract';
import { resourceNotFound, tooManyTags } from '../errors';
import { requireOwn, SnsState, type Topic } from '../state';

export const listTagsForResource = operation('ListTagsForResource', {
  handle: ({ ResourceArn }, context) => {
    const { tags } = requireTopic(context, ResourceArn, 'ListTagsForResource');
    return { Tags: tagList(tags) };
  },
});

export const tagResource = operation('TagResource', {
  handle: async ({ ResourceArn, Tags }, context) => {
    const state = context.state;
    await state.transaction(() => {
      const topic = requireTopic(context, ResourceArn, 'TagResource');
      state.putTopic({ ...topic, tags: mergeTags(topic.tags, fromTagList(Tags), tooManyTags) });
    });
  },
});

export const untagResource = operation('UntagResource', {
  handle: async ({ ResourceArn, TagKeys }, context) => {
    const state = context.state;
    await state.transaction(() => {
      const topic = requireTopic(context, ResourceArn, 'UntagResource');
      state.putTopic({ ...topic, tags: withoutTags(topic.tags, TagKeys) });
    });
  },
});

/** @throws AwsError `TagLimitExceeded` */
export const tagMap = (tags: readonly Strict<Tag>[]) => mergeTags({}, fromTagList(tags), tooManyTags);

function requireTopic({ cloud, caller }: Context, arn: string, action: string): Topic {
  requireOwn(caller, arn, action);
  const topic = cloud.state(SnsState).findTopic(arn);
  if (topic === undefined) throw resourceNotFound();
  return topic;
}
