import type { InstanceProfile } from '@aws-sdk/client-iam';
import { toCreate } from '../../../core/permissions';
import { namedProfile, namedRole, profileArn } from '../arn';
import { operation } from '../contract';
import { limitExceeded, mustRemoveRoles, noSuchRole, profileExists } from '../errors';
import { page } from '../paging';
import { type IamState, type StoredProfile, uniqueId } from '../state';
import { renderListedRole } from './roles';
import { checkTags } from './tag-set';

export const createInstanceProfile = operation('CreateInstanceProfile', {
  permissions: ({ Path = '/', InstanceProfileName, Tags }, { caller }) =>
    toCreate(
      'iam',
      'CreateInstanceProfile',
      profileArn(caller.accountId, Path, InstanceProfileName),
      Tags,
      'TagInstanceProfile',
    ),
  handle: async (
    { InstanceProfileName: name, Path: path = '/', Tags = [] },
    { state, cloud, caller: { accountId } },
  ) => {
    checkTags(Tags);
    const arn = profileArn(accountId, path, name);
    const profile: StoredProfile = {
      name,
      path,
      id: uniqueId('AIPA'),
      arn,
      createdAt: cloud.clock.now(),
      tags: Tags,
    };
    await state.transaction(() => {
      const same = (other: StoredProfile) => other.name.toLowerCase() === name.toLowerCase();
      if (state.profilesOf(accountId).some(same)) throw profileExists(name);
      state.profiles.put([accountId, name], profile);
    });
    return { InstanceProfile: renderProfile(state, profile, accountId) };
  },
});

export const getInstanceProfile = operation('GetInstanceProfile', {
  handle: (input, { state, caller: { accountId } }) => ({
    InstanceProfile: renderProfile(state, state.profile(accountId, input.InstanceProfileName), accountId),
  }),
});

export const deleteInstanceProfile = operation('DeleteInstanceProfile', {
  handle: (input, { state, caller: { accountId } }) =>
    state.transaction(() => {
      if (state.profile(accountId, input.InstanceProfileName).role !== undefined) throw mustRemoveRoles();
      state.profiles.remove([accountId, input.InstanceProfileName]);
    }),
});

/** Adding a role to a profile passes it on, so the caller also needs iam:PassRole. */
export const addRoleToInstanceProfile = operation('AddRoleToInstanceProfile', {
  permissions: (input, context) => [
    { action: 'iam:AddRoleToInstanceProfile', resource: namedProfile(input, context) },
    { action: 'iam:PassRole', resource: namedRole(input, context) },
  ],
  handle: ({ InstanceProfileName, RoleName }, { state, caller: { accountId } }) =>
    state.updateProfile(accountId, InstanceProfileName, (profile) => {
      const { name } = state.role(accountId, RoleName);
      if (profile.role !== undefined)
        throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
      return { ...profile, role: name };
    }),
});

export const removeRoleFromInstanceProfile = operation('RemoveRoleFromInstanceProfile', {
  handle: ({ InstanceProfileName, RoleName }, { state, caller: { accountId } }) =>
    state.updateProfile(accountId, InstanceProfileName, ({ role, ...profile }) => {
      if (role !== RoleName) throw noSuchRole(RoleName);
      return profile;
    }),
});

export const listInstanceProfiles = operation('ListInstanceProfiles', {
  resource: ({ PathPrefix = '/' }, { caller }) => profileArn(caller.accountId, PathPrefix, ''),
  handle: (input, { state, caller: { accountId } }) => {
    const wanted = ({ path }: StoredProfile) => path.startsWith(input.PathPrefix ?? '/');
    const { items, ...rest } = page(state.profilesOf(accountId).filter(wanted), input);
    return { InstanceProfiles: items.map((profile) => renderListed(state, profile, accountId)), ...rest };
  },
});

export const listInstanceProfilesForRole = operation('ListInstanceProfilesForRole', {
  handle: (input, { state, caller: { accountId } }) => {
    const { name } = state.role(accountId, input.RoleName);
    const { items, ...rest } = page(
      state.profilesOf(accountId).filter(({ role }) => role === name),
      input,
    );
    return { InstanceProfiles: items.map((profile) => renderListed(state, profile, accountId)), ...rest };
  },
});

function renderProfile(state: IamState, profile: StoredProfile, accountId: string): InstanceProfile {
  return {
    ...renderListed(state, profile, accountId),
    Tags: profile.tags.length === 0 ? undefined : [...profile.tags],
  };
}

// Lists omit the tags.
function renderListed(state: IamState, profile: StoredProfile, accountId: string): InstanceProfile {
  const role = profile.role === undefined ? undefined : state.findRole(accountId, profile.role);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAt),
    Roles: role === undefined ? [] : [renderListedRole(role)],
  };
}
