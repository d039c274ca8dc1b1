import { operation } from '../contract';
import { page } from '../paging';
import { IamState, type StoredPolicy } from '../state';
import { checkTags, withoutTags, withTags } from './tag-set';

export const tagRole = operation('TagRole', {
  handle: async (input, { cloud, caller }) => {
    checkTags(input.Tags);
    await cloud
      .state(IamState)
      .updateRole(caller.accountId, input.RoleName, (role) => ({ ...role, tags: withTags(role.tags, input.Tags) }));
  },
});

export const untagRole = operation('UntagRole', {
  handle: (input, { state, caller }) =>
    state.updateRole(caller.accountId, input.RoleName, (role) => ({
      ...role,
      tags: withoutTags(role.tags, input.TagKeys),
    })),
});

export const listRoleTags = operation('ListRoleTags', {
  handle: (input, { state, caller }) => {
    const { items, ...rest } = page(state.role(caller.accountId, input.RoleName).tags, input);
    return { Tags: [...items], ...rest };
  },
});

export const tagPolicy = operation('TagPolicy', {
  handle: async (input, { state, caller }) => {
    checkTags(input.Tags);
    const add = (policy: StoredPolicy) => ({ ...policy, tags: withTags(policy.tags, input.Tags) });
    await state.updatePolicy(caller, input.PolicyArn, 'TagPolicy', add);
  },
});

export const untagPolicy = operation('UntagPolicy', {
  handle: async (input, { state, caller }) => {
    const remove = (policy: StoredPolicy) => ({ ...policy, tags: withoutTags(policy.tags, input.TagKeys) });
    await state.updatePolicy(caller, input.PolicyArn, 'UntagPolicy', remove);
  },
});

export const listPolicyTags = operation('ListPolicyTags', {
  handle: (input, { state, caller }) => {
    const { items, ...rest } = page(state.policy(caller.accountId, input.PolicyArn).tags, input);
    return { Tags: [...items], ...rest };
  },
});
