import type { Tag } from '@aws-sdk/client-cloudwatch';
import type { Context, Strict } from '../../../core/operation';
import { fromTagList, mergeTags, tagList } from '../../../core/tags';
import { alarmArn, dashboardArn } from '../arn';
import { operation } from '../contract';
import { resourceNotFound, tooManyTags } from '../errors';
import { CloudWatchState } from '../state';

export const listTagsForResource = operation('ListTagsForResource', {
  handle: ({ ResourceARN }, context) => {
    const state = context.state;
    // A missing alarm has no tags, without an error.
    if (!ResourceARN.startsWith(alarmArn(context.caller, ''))) requireResource(ResourceARN, context);
    return { Tags: tagList(state.tags.of(ResourceARN)) };
  },
});

export const tagResource = operation('TagResource', {
  handle: async ({ ResourceARN, Tags }, context) => {
    const state = requireResource(ResourceARN, context);
    await state.transaction(() => {
      state.tags.add(ResourceARN, fromTagList(Tags), tooManyTags);
    });
  },
});

export const untagResource = operation('UntagResource', {
  handle: async ({ ResourceARN, TagKeys }, context) => {
    const state = requireResource(ResourceARN, context);
    await state.transaction(() => {
      state.tags.withdraw(ResourceARN, TagKeys);
    });
  },
});

/** @throws AwsError `InvalidParameterValue` for too many tags */
export const tagMap = (tags: readonly Strict<Tag>[]) => mergeTags({}, fromTagList(tags), tooManyTags);

function requireResource(arn: string, { cloud, caller }: Context): CloudWatchState {
  const state = cloud.state(CloudWatchState);
  // Resources of the caller's account and, for alarms, of the request's region.
  const [alarms, dashboards] = [alarmArn(caller, ''), dashboardArn(caller.accountId, '')];
  const found =
    (arn.startsWith(alarms) && state.alarm(caller, arn.slice(alarms.length))) ||
    (arn.startsWith(dashboards) && state.dashboard(caller.accountId, arn.slice(dashboards.length)));
  if (found === false || found === undefined) throw resourceNotFound(arn);
  return state;
}
