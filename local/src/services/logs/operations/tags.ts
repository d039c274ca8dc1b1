import type { Context } from '../../../core/operation';
import { isOf, parseArn } from '../../../core/owner';
import { mergeTags, withoutTags } from '../../../core/tags';
import { groupNameOf, namedGroup } from '../arn';
import { operation } from '../contract';
import { resourceNotFound, tooManyTags } from '../errors';
import { LogsState } from '../state';

export const listTagsForResource = operation('ListTagsForResource', {
  resource: (input) => input.resourceArn,
  handle: ({ resourceArn }, context) => ({ tags: tagsOf(resourceArn, context) }),
});

export const tagResource = operation('TagResource', {
  resource: (input) => input.resourceArn,
  handle: ({ resourceArn, tags }, context) => {
    tagsOf(resourceArn, context);
    return add(groupNameOf(resourceArn, context.caller), tags, resourceArn, context);
  },
});

export const untagResource = operation('UntagResource', {
  resource: (input) => input.resourceArn,
  handle: ({ resourceArn, tagKeys }, context) => {
    tagsOf(resourceArn, context);
    return remove(groupNameOf(resourceArn, context.caller), tagKeys, context);
  },
});

/** The older API by the group's name; AWS keeps it beside the one by ARN. */
export const listTagsLogGroup = operation('ListTagsLogGroup', {
  resource: namedGroup,
  handle: ({ logGroupName }, { cloud, caller }) => ({ tags: cloud.state(LogsState).group(caller, logGroupName).tags }),
});

export const tagLogGroup = operation('TagLogGroup', {
  resource: namedGroup,
  handle: ({ logGroupName, tags }, context) => add(logGroupName, tags, logGroupName, context),
});

export const untagLogGroup = operation('UntagLogGroup', {
  resource: namedGroup,
  handle: ({ logGroupName, tags }, context) => remove(logGroupName, tags, context),
});

function tagsOf(resourceArn: string, { cloud, caller }: Context): Record<string, string> {
  // An ARN of another region is one that isn't there, as the group's name is.
  const isHere = isOf(caller, parseArn(resourceArn) ?? caller);
  const group = isHere ? cloud.state(LogsState).findGroup(caller, groupNameOf(resourceArn, caller)) : undefined;
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
