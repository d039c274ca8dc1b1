import type { Context } from '../../../core/operation';
import { isOf, parseArn } from '../../../core/owner';
import { mergeTags, withoutTags } from '../../../core/tags';
import { groupNameOf } from '../arn';
import { operation } from '../contract';
import { resourceNotFound, tooManyTags } from '../errors';
import { LogsState } from '../state';

export const listTagsForResource = operation('ListTagsForResource', {
  resource: (input) => input.resourceArn,
  handle: ({ resourceArn }, context) => ({ tags: { ...tagsOf(resourceArn, context) } }),
});

export const tagResource = operation('TagResource', {
  resource: (input) => input.resourceArn,
  handle: ({ resourceArn, tags }, context) => change(resourceArn, context, adding(tags, resourceArn)),
});

export const untagResource = operation('UntagResource', {
  resource: (input) => input.resourceArn,
  handle: ({ resourceArn, tagKeys }, context) => change(resourceArn, context, (tags) => withoutTags(tags, tagKeys)),
});

/** The older operation by group name; AWS keeps it beside the one by ARN. */
export const listTagsLogGroup = operation('ListTagsLogGroup', {
  handle: ({ logGroupName }, { state, caller }) => ({ tags: state.groups.require(caller, logGroupName).tags }),
});

export const tagLogGroup = operation('TagLogGroup', {
  handle: ({ logGroupName, tags }, context) => changeGroup(logGroupName, context, adding(tags, logGroupName)),
});

export const untagLogGroup = operation('UntagLogGroup', {
  handle: ({ logGroupName, tags }, context) =>
    changeGroup(logGroupName, context, (before) => withoutTags(before, tags)),
});

type Tags = Readonly<Record<string, string>>;

/** The destination's name in an ARN; undefined for other resources. */
function destinationIn(resourceArn: string): string | undefined {
  const { resource = '' } = parseArn(resourceArn) ?? {};
  return resource.startsWith('destination:') ? resource.slice('destination:'.length) : undefined;
}

function tagsOf(resourceArn: string, { cloud, caller }: Context): Tags {
  const state = cloud.state(LogsState);
  // A resource of another region doesn't exist here.
  if (!isOf(caller, parseArn(resourceArn) ?? caller)) throw resourceNotFound();
  const destination = destinationIn(resourceArn);
  const found =
    destination === undefined
      ? state.groups.get(caller, groupNameOf(resourceArn, caller))
      : state.destinations.get(caller, destination);
  if (found === undefined) throw resourceNotFound();
  return found.tags;
}

/** Changes the tags of an ARN's resource, which must exist. */
async function change(resourceArn: string, context: Context, of: (tags: Tags) => Tags): Promise<void> {
  const { cloud, caller } = context;
  const state = cloud.state(LogsState);
  tagsOf(resourceArn, context);
  const name = destinationIn(resourceArn);
  if (name === undefined) return changeGroup(groupNameOf(resourceArn, caller), context, of);
  await state.transaction(() => {
    const destination = state.destinations.require(caller, name);
    state.destinations.put(caller, [name], { ...destination, tags: of(destination.tags) });
  });
}

function changeGroup(name: string, { cloud, caller }: Context, of: (tags: Tags) => Tags): Promise<void> {
  return cloud.state(LogsState).updateGroup(caller, name, (group) => ({ ...group, tags: of(group.tags) }));
}

const adding = (tags: Tags, resource: string) => (before: Tags) => mergeTags(before, tags, () => tooManyTags(resource));
