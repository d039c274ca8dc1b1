import type { Context } from '../../../core/operation';
import { mergeTags, withoutTags } from '../../../core/tags';
import { groupNameOf, onGroup } from '../arn';
import { operation } from '../contract';
import { resourceNotFound, tooManyTags } from '../errors';
import { LogsState } from '../state';

export const listTagsForResource = operation('ListTagsForResource', {
  permissions: (input) => [{ action: 'logs:ListTagsForResource', resource: input.resourceArn }],
  handle: ({ resourceArn }, context) => ({ tags: tagsOf(resourceArn, context) }),
});

export const tagResource = operation('TagResource', {
  permissions: (input) => [{ action: 'logs:TagResource', resource: input.resourceArn }],
  handle: ({ resourceArn, tags }, context) => {
    tagsOf(resourceArn, context);
    return add(groupNameOf(resourceArn), tags, resourceArn, context);
  },
});

export const untagResource = operation('UntagResource', {
  permissions: (input) => [{ action: 'logs:UntagResource', resource: input.resourceArn }],
  handle: ({ resourceArn, tagKeys }, context) => {
    tagsOf(resourceArn, context);
    return remove(groupNameOf(resourceArn), tagKeys, context);
  },
});

/** The older API by the group's name; AWS keeps it beside the one by ARN. */
export const listTagsLogGroup = operation('ListTagsLogGroup', {
  permissions: onGroup('ListTagsLogGroup'),
  handle: ({ logGroupName }, { cloud, caller }) => ({ tags: cloud.state(LogsState).group(caller, logGroupName).tags }),
});

export const tagLogGroup = operation('TagLogGroup', {
  permissions: onGroup('TagLogGroup'),
  handle: ({ logGroupName, tags }, context) => add(logGroupName, tags, logGroupName, context),
});

export const untagLogGroup = operation('UntagLogGroup', {
  permissions: onGroup('UntagLogGroup'),
  handle: ({ logGroupName, tags }, context) => remove(logGroupName, tags, context),
});

function tagsOf(resourceArn: string, { cloud, caller }: Context): Record<string, string> {
  const group = cloud.state(LogsState).findGroup(caller, groupNameOf(resourceArn));
  if (group === undefined) throw resourceNotFound();
  return group.tags;
}

function add(name: string, tags: Record<string, string>, resource: string, { cloud, caller }: Context): Promise<void> {
  return cloud.state(LogsState).updateGroup(caller, name, (group) => ({
    ...group,
    tags: mergeTags(group.tags, tags, () => tooManyTags(resource)),
  }));
}

function remove(name: string, keys: string[], { cloud, caller }: Context): Promise<void> {
  return cloud.state(LogsState).updateGroup(caller, name, (group) => ({
    ...group,
    tags: withoutTags(group.tags, keys),
  }));
}
