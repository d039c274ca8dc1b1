import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Context, operation } from '../../../core/operation';
import { list, structure } from '../../../core/shape';
import { groupNameOf, onGroup } from '../arn';
import * as is from '../constraints';
import { resourceNotFound, tooManyTags } from '../errors';
import { LogsState } from '../state';

export const listTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResponse>({
  name: 'ListTagsForResource',
  input: structure({ resourceArn: is.resourceArn }, 'resourceArn'),
  permissions: (input) => [{ action: 'logs:ListTagsForResource', resource: input.resourceArn }],
  handle: ({ resourceArn }, context) => ({ tags: tagsOf(resourceArn, context) }),
});

export const tagResource = operation<TagResourceRequest, void>({
  name: 'TagResource',
  input: structure({ resourceArn: is.resourceArn, tags: is.tags }, 'resourceArn tags'),
  permissions: (input) => [{ action: 'logs:TagResource', resource: input.resourceArn }],
  handle: ({ resourceArn, tags }, context) => {
    tagsOf(resourceArn, context);
    return add(groupNameOf(resourceArn), tags, resourceArn, context);
  },
});

export const untagResource = operation<UntagResourceRequest, void>({
  name: 'UntagResource',
  input: structure({ resourceArn: is.resourceArn, tagKeys: list(is.tagKey, { max: 50 }) }, 'resourceArn tagKeys'),
  permissions: (input) => [{ action: 'logs:UntagResource', resource: input.resourceArn }],
  handle: ({ resourceArn, tagKeys }, context) => {
    tagsOf(resourceArn, context);
    return remove(groupNameOf(resourceArn), tagKeys, context);
  },
});

/** The older API by the group's name; AWS keeps it beside the one by ARN. */
export const listTagsLogGroup = operation<ListTagsLogGroupRequest, ListTagsLogGroupResponse>({
  name: 'ListTagsLogGroup',
  input: structure({ logGroupName: is.logGroupName }, 'logGroupName'),
  permissions: onGroup('ListTagsLogGroup'),
  handle: ({ logGroupName }, { cloud, caller }) => ({ tags: cloud.state(LogsState).group(caller, logGroupName).tags }),
});

export const tagLogGroup = operation<TagLogGroupRequest, void>({
  name: 'TagLogGroup',
  input: structure({ logGroupName: is.logGroupName, tags: is.tags }, 'logGroupName tags'),
  permissions: onGroup('TagLogGroup'),
  handle: ({ logGroupName, tags }, context) => add(logGroupName, tags, logGroupName, context),
});

export const untagLogGroup = operation<UntagLogGroupRequest, void>({
  name: 'UntagLogGroup',
  input: structure({ logGroupName: is.logGroupName, tags: list(is.tagKey, { min: 1 }) }, 'logGroupName tags'),
  permissions: onGroup('UntagLogGroup'),
  handle: ({ logGroupName, tags }, context) => remove(logGroupName, tags, context),
});

function tagsOf(resourceArn: string, { cloud, caller }: Context): Record<string, string> {
  const group = cloud.state(LogsState).findGroup(caller, groupNameOf(resourceArn));
  if (group === undefined) throw resourceNotFound();
  return group.tags;
}

function add(name: string, tags: Record<string, string>, resource: string, { cloud, caller }: Context): Promise<void> {
  return cloud.state(LogsState).updateGroup(caller, name, (group) => {
    const merged = { ...group.tags, ...tags };
    if (Object.keys(merged).length > is.MAX_TAGS) throw tooManyTags(resource);
    return { ...group, tags: merged };
  });
}

function remove(name: string, keys: string[], { cloud, caller }: Context): Promise<void> {
  return cloud.state(LogsState).updateGroup(caller, name, (group) => ({
    ...group,
    tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key))),
  }));
}
