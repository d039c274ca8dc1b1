import type { Tag } from '@aws-sdk/client-cloudwatch';
import type { Context, Strict } from '../../../core/operation';
import * as is from '../constraints';
import { operation } from '../contract';
import { resourceNotFound, tooManyTags } from '../errors';
import { CloudWatchState } from '../state';

export const listTagsForResource = operation('ListTagsForResource', {
  permissions: (input) => [{ action: 'cloudwatch:ListTagsForResource', resource: input.ResourceARN }],
  handle: ({ ResourceARN }, context) => {
    const tags = requireResource(ResourceARN, context).tagsOf(ResourceARN);
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});

export const tagResource = operation('TagResource', {
  permissions: (input) => [{ action: 'cloudwatch:TagResource', resource: input.ResourceARN }],
  handle: async ({ ResourceARN, Tags }, context) => {
    const state = requireResource(ResourceARN, context);
    await state.transaction(() => {
      const tags = { ...state.tagsOf(ResourceARN), ...tagMap(Tags) };
      if (Object.keys(tags).length > is.MAX_TAGS) throw tooManyTags();
      state.putTags(ResourceARN, tags);
    });
    return {};
  },
});

export const untagResource = operation('UntagResource', {
  permissions: (input) => [{ action: 'cloudwatch:UntagResource', resource: input.ResourceARN }],
  handle: async ({ ResourceARN, TagKeys }, context) => {
    const state = requireResource(ResourceARN, context);
    await state.transaction(() => {
      const left = Object.entries(state.tagsOf(ResourceARN)).filter(([key]) => !TagKeys.includes(key));
      state.putTags(ResourceARN, Object.fromEntries(left));
    });
    return {};
  },
});

/** @throws AwsError `InvalidParameterValue` for too many tags. */
export function tagMap(tags: readonly Strict<Tag>[]): Record<string, string> {
  if (tags.length > is.MAX_TAGS) throw tooManyTags();
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function requireResource(arn: string, { cloud, caller }: Context): CloudWatchState {
  const state = cloud.state(CloudWatchState);
  const [, region, alarm] = /^arn:[^:]+:cloudwatch:([^:]+):\d{12}:alarm:(.+)$/.exec(arn) ?? [];
  const dashboard = /^arn:[^:]+:cloudwatch::\d{12}:dashboard\/(.+)$/.exec(arn)?.[1];
  const found =
    alarm !== undefined && region !== undefined
      ? state.alarm({ accountId: caller.accountId, region }, alarm)
      : dashboard === undefined
        ? undefined
        : state.dashboard(caller.accountId, dashboard);
  if (found === undefined) throw resourceNotFound(arn);
  return state;
}
