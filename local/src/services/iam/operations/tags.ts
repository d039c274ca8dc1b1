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
import { IamState, type PolicyRecord } from '../state';
import { page } from './paging';
import { onPolicy, onRole } from './permissions';
import { checkTags, withoutTags, withTags } from './tag-set';

export const tagRole = operation<TagRoleRequest, void>({
  name: 'TagRole',
  input: structure({ RoleName: shapes.roleName, Tags: shapes.tags }, 'RoleName Tags'),
  permissions: onRole('TagRole'),
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
  permissions: onRole('UntagRole'),
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
  permissions: onRole('ListRoleTags'),
  handle: (input, { cloud, caller }) => {
    const { items, ...rest } = page(cloud.state(IamState).role(caller.accountId, input.RoleName).tags, input);
    return { Tags: [...items], ...rest };
  },
});

export const tagPolicy = operation<TagPolicyRequest, void>({
  name: 'TagPolicy',
  input: structure({ PolicyArn: shapes.arn, Tags: shapes.tags }, 'PolicyArn Tags'),
  permissions: onPolicy('TagPolicy'),
  handle: async (input, { cloud, caller }) => {
    checkTags(input.Tags);
    const add = (policy: PolicyRecord) => ({ ...policy, tags: withTags(policy.tags, input.Tags) });
    await cloud.state(IamState).updatePolicy(caller, input.PolicyArn, 'TagPolicy', add);
  },
});

export const untagPolicy = operation<UntagPolicyRequest, void>({
  name: 'UntagPolicy',
  input: structure({ PolicyArn: shapes.arn, TagKeys: shapes.tagKeys }, 'PolicyArn TagKeys'),
  permissions: onPolicy('UntagPolicy'),
  handle: async (input, { cloud, caller }) => {
    const remove = (policy: PolicyRecord) => ({ ...policy, tags: withoutTags(policy.tags, input.TagKeys) });
    await cloud.state(IamState).updatePolicy(caller, input.PolicyArn, 'UntagPolicy', remove);
  },
});

export const listPolicyTags = operation<ListPolicyTagsRequest, ListPolicyTagsResponse>({
  name: 'ListPolicyTags',
  input: structure({ PolicyArn: shapes.arn, Marker: shapes.marker, MaxItems: shapes.maxItems }, 'PolicyArn'),
  permissions: onPolicy('ListPolicyTags'),
  handle: (input, { cloud, caller }) => {
    const { items, ...rest } = page(cloud.state(IamState).policy(caller.accountId, input.PolicyArn).tags, input);
    return { Tags: [...items], ...rest };
  },
});
