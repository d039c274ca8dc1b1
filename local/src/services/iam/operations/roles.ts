import type { Role } from '@aws-sdk/client-iam';
import { toCreate } from '../../../core/permissions';
import { roleArn } from '../arn';
import * as shapes from '../constraints';
import { operation } from '../contract';
import { limitExceeded, mustDeletePolicies, mustDetachPolicies, mustRemoveRoles, roleExists } from '../errors';
import { page } from '../paging';
import { invalidPrincipal, parsePolicy } from '../policy/document';
import { missingRole } from '../policy/principals';
import { type IamState, type StoredRole, uniqueId } from '../state';
import { checkTags } from './tag-set';

export const createRole = operation('CreateRole', {
  permissions: ({ Path = '/', RoleName, Tags }, { caller }) =>
    toCreate('iam', 'CreateRole', roleArn(caller.accountId, Path, RoleName), Tags, 'TagRole'),
  handle: async (input, { state, cloud, caller: { accountId } }) => {
    checkTrustPolicy(state, accountId, input.AssumeRolePolicyDocument);
    checkTags(input.Tags ?? []);
    if (input.PermissionsBoundary !== undefined) state.policy(accountId, input.PermissionsBoundary);
    const path = input.Path ?? '/';
    const role: StoredRole = {
      name: input.RoleName,
      path,
      id: uniqueId('AROA'),
      arn: roleArn(accountId, path, input.RoleName),
      createdAt: cloud.clock.now(),
      trustPolicy: input.AssumeRolePolicyDocument,
      description: input.Description,
      maxSessionSeconds: input.MaxSessionDuration ?? 3_600,
      boundaryArn: input.PermissionsBoundary,
      tags: input.Tags ?? [],
      inline: {},
      attached: [],
    };
    await state.transaction(() => {
      const roles = state.rolesOf(accountId);
      // IAM's names are unique regardless of case.
      if (roles.some(({ name }) => name.toLowerCase() === role.name.toLowerCase())) throw roleExists(role.name);
      if (roles.length >= shapes.MAX_ROLES)
        throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${shapes.MAX_ROLES}`);
      state.roles.put([accountId, role.name], role);
    });
    // CreateRole omits the default session duration and RoleLastUsed; GetRole has both.
    const MaxSessionDuration = input.MaxSessionDuration;
    return { Role: { ...renderRole(role), MaxSessionDuration, RoleLastUsed: undefined } };
  },
});

export const getRole = operation('GetRole', {
  handle: (input, { state, caller }) => ({
    Role: renderRole(state.role(caller.accountId, input.RoleName)),
  }),
});

export const listRoles = operation('ListRoles', {
  resource: ({ PathPrefix = '/' }, { caller }) => roleArn(caller.accountId, PathPrefix, ''),
  handle: (input, { state, caller }) => {
    const roles = state.rolesOf(caller.accountId);
    const { items, ...rest } = page(
      roles.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/')),
      input,
    );
    return { Roles: items.map(renderListedRole), ...rest };
  },
});

export const updateRole = operation('UpdateRole', {
  handle: (input, { state, caller }) =>
    state.updateRole(caller.accountId, input.RoleName, (role) => ({
      ...role,
      description: input.Description ?? role.description,
      maxSessionSeconds: input.MaxSessionDuration ?? role.maxSessionSeconds,
    })),
});

export const updateRoleDescription = operation('UpdateRoleDescription', {
  handle: async (input, { state, caller }) => {
    const change = (role: StoredRole) => ({ ...role, description: input.Description });
    return { Role: renderRole(await state.updateRole(caller.accountId, input.RoleName, change)) };
  },
});

export const updateAssumeRolePolicy = operation('UpdateAssumeRolePolicy', {
  handle: async (input, { state, caller }) => {
    checkTrustPolicy(state, caller.accountId, input.PolicyDocument);
    const change = (role: StoredRole) => ({ ...role, trustPolicy: input.PolicyDocument });
    await state.updateRole(caller.accountId, input.RoleName, change);
  },
});

export const deleteRole = operation('DeleteRole', {
  handle: (input, { state, caller: { accountId } }) =>
    state.transaction(() => {
      const role = state.role(accountId, input.RoleName);
      if (state.profilesOf(accountId).some((profile) => profile.role === role.name)) throw mustRemoveRoles();
      if (role.attached.length > 0) throw mustDetachPolicies();
      if (Object.keys(role.inline).length > 0) throw mustDeletePolicies();
      state.roles.remove([accountId, role.name]);
    }),
});

/** @throws AwsError `LimitExceeded`, `MalformedPolicyDocument` also for a role of the account that isn't there */
function checkTrustPolicy(state: IamState, accountId: string, document: string): void {
  if (document.length > shapes.MAX_TRUST_BYTES)
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${shapes.MAX_TRUST_BYTES}`);
  const missing = missingRole(state, accountId, parsePolicy(document, 'trust'));
  if (missing !== undefined) throw invalidPrincipal(missing.kind, missing.value);
}

function renderRole(role: StoredRole): Role {
  return {
    ...renderListedRole(role),
    PermissionsBoundary:
      role.boundaryArn === undefined
        ? undefined
        : { PermissionsBoundaryType: 'Policy' as never, PermissionsBoundaryArn: role.boundaryArn },
    Tags: role.tags.length === 0 ? undefined : [...role.tags],
    RoleLastUsed: {},
  };
}

// Lists omit GetRole's further members. Documents are URL-encoded by RFC 3986.
export function renderListedRole(role: StoredRole): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
  };
}

export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
