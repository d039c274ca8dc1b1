import type { Policy } from '@aws-sdk/client-iam';
import { toCreate } from '../../../core/permissions';
import { policyArn } from '../arn';
import * as shapes from '../constraints';
import { operation } from '../contract';
import { limitExceeded, policyExists, policyHasVersions, policyIsAttached, policyNotFound } from '../errors';
import { awsManagedPolicies } from '../managed-policies';
import { page } from '../paging';
import { checkIdentityPolicy } from '../policy/grammar';
import { type IamState, type StoredPolicy, type StoredRole, uniqueId } from '../state';
import { checkTags } from './tag-set';

export const createPolicy = operation('CreatePolicy', {
  permissions: ({ Path = '/', PolicyName, Tags }, { caller }) =>
    toCreate('iam', 'CreatePolicy', policyArn(caller.accountId, Path, PolicyName), Tags, 'TagPolicy'),
  handle: async (input, { state, cloud, caller: { accountId } }) => {
    checkManagedPolicy(input.PolicyDocument);
    checkTags(input.Tags ?? []);
    const now = cloud.clock.now();
    const path = input.Path ?? '/';
    const policy: StoredPolicy = {
      name: input.PolicyName,
      path,
      id: uniqueId('ANPA'),
      arn: policyArn(accountId, path, input.PolicyName),
      createdAt: now,
      updatedAt: now,
      description: input.Description,
      tags: input.Tags ?? [],
      defaultVersionId: 'v1',
      nextVersion: 2,
      versions: [{ id: 'v1', document: input.PolicyDocument, createdAt: now }],
    };
    await state.transaction(() => {
      // IAM's names are unique regardless of case.
      const same = (other: StoredPolicy) => other.name.toLowerCase() === policy.name.toLowerCase();
      if (state.policiesOf(accountId).some(same)) throw policyExists(policy.name);
      state.policies.put(policy.arn, policy);
    });
    const Tags = policy.tags.length === 0 ? undefined : [...policy.tags];
    return { Policy: { ...renderPolicy(state, policy, accountId), Tags } };
  },
});

export const getPolicy = operation('GetPolicy', {
  handle: (input, { state, caller: { accountId } }) => {
    const policy = state.policy(accountId, input.PolicyArn, policyNotFound);
    const rendered = renderPolicy(state, policy, accountId);
    return { Policy: { ...rendered, Description: policy.description, Tags: [...policy.tags] } };
  },
});

export const deletePolicy = operation('DeletePolicy', {
  handle: (input, { state, caller }) =>
    state.transaction(() => {
      const policy = state.ownPolicy(caller, input.PolicyArn, 'DeletePolicy', policyNotFound);
      if (state.rolesOf(caller.accountId).some((role) => permits(role, policy.arn) || bounds(role, policy.arn)))
        throw policyIsAttached();
      if (policy.versions.length > 1) throw policyHasVersions();
      state.policies.remove(policy.arn);
    }),
});

export const listPolicies = operation('ListPolicies', {
  resource: (_input, { caller }) => policyArn(caller.accountId, '/', ''),
  handle: (input, { state, caller }) => {
    const local = input.Scope === 'AWS' ? [] : state.policiesOf(caller.accountId);
    const managed = input.Scope === 'Local' ? [] : [...awsManagedPolicies().values()];
    const rendered = [...local, ...managed]
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      .map((policy) => renderPolicy(state, policy, caller.accountId))
      .filter(({ AttachmentCount = 0, PermissionsBoundaryUsageCount = 0 }) => {
        const attached = input.PolicyUsageFilter !== 'PermissionsBoundary' ? AttachmentCount : 0;
        const bounding = input.PolicyUsageFilter !== 'PermissionsPolicy' ? PermissionsBoundaryUsageCount : 0;
        return attached + bounding > 0 || (input.OnlyAttached !== true && input.PolicyUsageFilter === undefined);
      });
    const { items, ...rest } = page(rendered, input);
    return { Policies: [...items], ...rest };
  },
});

/** Lists roles with a policy; users and groups don't exist here. */
export const listEntitiesForPolicy = operation('ListEntitiesForPolicy', {
  handle: (input, { state, caller: { accountId } }) => {
    const { arn } = state.policy(accountId, input.PolicyArn, policyNotFound);
    const roles = (input.EntityFilter ?? 'Role') === 'Role' ? state.rolesOf(accountId) : [];
    const wanted = (role: StoredRole) =>
      role.path.startsWith(input.PathPrefix ?? '/') &&
      ((input.PolicyUsageFilter !== 'PermissionsBoundary' && permits(role, arn)) ||
        (input.PolicyUsageFilter !== 'PermissionsPolicy' && bounds(role, arn)));
    const { items, ...rest } = page(roles.filter(wanted), input);
    return {
      PolicyRoles: items.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      PolicyUsers: [],
      PolicyGroups: [],
      ...rest,
    };
  },
});

/** @throws AwsError `MalformedPolicyDocument`, `LimitExceeded`. */
export function checkManagedPolicy(document: string): void {
  if (document.replace(/\s/g, '').length > shapes.MAX_MANAGED_BYTES)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${shapes.MAX_MANAGED_BYTES}`);
  checkIdentityPolicy(document, { managed: true });
}

function permits(role: StoredRole, policy: string): boolean {
  return role.attached.includes(policy);
}

function bounds(role: StoredRole, policy: string): boolean {
  return role.boundaryArn === policy;
}

/** @param accountId account whose roles are counted: AWS's own policies are attached in all accounts */
function renderPolicy(state: IamState, policy: StoredPolicy, accountId: string): Policy {
  const roles = state.rolesOf(accountId);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: roles.filter((role) => permits(role, policy.arn)).length,
    PermissionsBoundaryUsageCount: roles.filter((role) => bounds(role, policy.arn)).length,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  };
}
