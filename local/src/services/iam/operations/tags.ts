import type {
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  TagPolicyRequest,
  TagRoleRequest,
  UntagPolicyRequest,
  UntagRoleRequest,
} from '@aws-sdk/client-iam';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import * as shapes from '../constraints';
import { invalidInput, limitExceeded } from '../errors';
import { IamState, type Tag } from '../state';
import { page } from './paging';
import { onPolicy } from './policies';
import { onRole } from './roles';

export const tagRole = operation<TagRoleRequest, void>({
  name: 'TagRole',
  input: structure({ RoleName: shapes.roleName, Tags: shapes.tags }, 'RoleName Tags'),
  permissions: (input, context) => onRole('TagRole')(input, context),
  handle: async (input, { cloud, caller }) => {
    checkTags(input.Tags);
    await cloud
      .state(IamState)
      .updateRole(caller.accountId, input.RoleName, (role) => ({ ...role, tags: withTags(role.tags, input.Tags) }));
  },
});

export const untagRole = operation<UntagRoleRequest, void>({
  name: 'UntagRole',
  input: structure({ RoleName: shapes.roleName, TagKeys: shapes.tagKeys }, 'RoleName TagKeys'),
  permissions: (input, context) => onRole('UntagRole')(input, context),
  handle: async (input, { cloud, caller }) => {
    await cloud.state(IamState).updateRole(caller.accountId, input.RoleName, (role) => ({
      ...role,
      tags: withoutTags(role.tags, input.TagKeys),
    }));
  },
});

export const listRoleTags = operation<ListRoleTagsRequest, ListRoleTagsResponse>({
  name: 'ListRoleTags',
  input: structure({ RoleName: shapes.roleName, Marker: shapes.marker, MaxItems: shapes.maxItems }, 'RoleName'),
  permissions: (input, context) => onRole('ListRoleTags')(input, context),
  handle: (input, { cloud, caller }) => {
    const { items, ...rest } = page(cloud.state(IamState).role(caller.accountId, input.RoleName).tags, input);
    return { Tags: [...items], ...rest };
  },
});

export const tagPolicy = operation<TagPolicyRequest, void>({
  name: 'TagPolicy',
  input: structure({ PolicyArn: shapes.arn, Tags: shapes.tags }, 'PolicyArn Tags'),
  permissions: (input) => onPolicy('TagPolicy')(input),
  handle: async (input, { cloud }) => {
    checkTags(input.Tags);
    const add = (tags: readonly Tag[]) => withTags(tags, input.Tags);
    await cloud.state(IamState).updatePolicy(input.PolicyArn, (policy) => ({ ...policy, tags: add(policy.tags) }));
  },
});

export const untagPolicy = operation<UntagPolicyRequest, void>({
  name: 'UntagPolicy',
  input: structure({ PolicyArn: shapes.arn, TagKeys: shapes.tagKeys }, 'PolicyArn TagKeys'),
  permissions: (input) => onPolicy('UntagPolicy')(input),
  handle: async (input, { cloud }) => {
    const remove = (tags: readonly Tag[]) => withoutTags(tags, input.TagKeys);
    await cloud.state(IamState).updatePolicy(input.PolicyArn, (policy) => ({ ...policy, tags: remove(policy.tags) }));
  },
});

export const listPolicyTags = operation<ListPolicyTagsRequest, ListPolicyTagsResponse>({
  name: 'ListPolicyTags',
  input: structure({ PolicyArn: shapes.arn, Marker: shapes.marker, MaxItems: shapes.maxItems }, 'PolicyArn'),
  permissions: (input) => onPolicy('ListPolicyTags')(input),
  handle: (input, { cloud }) => {
    const { items, ...rest } = page(cloud.state(IamState).policy(input.PolicyArn).tags, input);
    return { Tags: [...items], ...rest };
  },
});

/** @throws AwsError `InvalidInput` for a key that comes twice: keys differ by more than case. */
export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
}

function withTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const all = [
    ...withoutTags(
      old,
      added.map(({ Key }) => Key),
    ),
    ...added.map(({ Key, Value }) => ({ Key, Value })),
  ];
  if (all.length > shapes.MAX_TAGS)
    throw limitExceeded(`The number of tags has reached the maximum limit: ${shapes.MAX_TAGS}.`);
  return all;
}

function withoutTags(tags: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return tags.filter(({ Key }) => !gone.has(Key.toLowerCase()));
}
