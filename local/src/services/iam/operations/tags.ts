import { operation } from '../contract';
import { adding, listed, removing } from './tag-set';

export const tagRole = operation('TagRole', {
  handle: (input, { state, caller }) => state.updateRole(caller.accountId, input.RoleName, adding(input.Tags)),
});

export const untagRole = operation('UntagRole', {
  handle: (input, { state, caller }) => state.updateRole(caller.accountId, input.RoleName, removing(input.TagKeys)),
});

export const listRoleTags = operation('ListRoleTags', {
  handle: (input, { state, caller }) => listed(state.role(caller.accountId, input.RoleName).tags, input),
});

export const tagPolicy = operation('TagPolicy', {
  handle: (input, { state, caller }) => state.updatePolicy(caller, input.PolicyArn, 'TagPolicy', adding(input.Tags)),
});

export const untagPolicy = operation('UntagPolicy', {
  handle: (input, { state, caller }) =>
    state.updatePolicy(caller, input.PolicyArn, 'UntagPolicy', removing(input.TagKeys)),
});

export const listPolicyTags = operation('ListPolicyTags', {
  handle: (input, { state, caller }) => listed(state.policy(caller.accountId, input.PolicyArn).tags, input),
});

export const tagInstanceProfile = operation('TagInstanceProfile', {
  handle: ({ InstanceProfileName, Tags }, { state, caller }) =>
    state.updateProfile(caller.accountId, InstanceProfileName, adding(Tags)),
});

export const untagInstanceProfile = operation('UntagInstanceProfile', {
  handle: ({ InstanceProfileName, TagKeys }, { state, caller }) =>
    state.updateProfile(caller.accountId, InstanceProfileName, removing(TagKeys)),
});

export const listInstanceProfileTags = operation('ListInstanceProfileTags', {
  handle: (input, { state, caller }) => listed(state.profile(caller.accountId, input.InstanceProfileName).tags, input),
});
