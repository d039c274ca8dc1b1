import type { Service } from '../../core/service';
import { authorize } from './authorize';
import { contract } from './contract';
import { getUser } from './operations/get-user';
import * as policies from './operations/policies';
import * as policyVersions from './operations/policy-versions';
import * as rolePolicies from './operations/role-policies';
import * as roles from './operations/roles';
import * as tags from './operations/tags';
import { IamState } from './state';

export const iam: Service = {
  name: 'iam',
  signingName: 'iam',
  contract,
  operations: [
    getUser,
    roles.createRole,
    roles.getRole,
    roles.listRoles,
    roles.updateRole,
    roles.updateRoleDescription,
    roles.updateAssumeRolePolicy,
    roles.deleteRole,
    roles.listInstanceProfilesForRole,
    rolePolicies.putRolePolicy,
    rolePolicies.getRolePolicy,
    rolePolicies.deleteRolePolicy,
    rolePolicies.listRolePolicies,
    rolePolicies.attachRolePolicy,
    rolePolicies.detachRolePolicy,
    rolePolicies.listAttachedRolePolicies,
    rolePolicies.putRolePermissionsBoundary,
    rolePolicies.deleteRolePermissionsBoundary,
    policies.createPolicy,
    policies.getPolicy,
    policies.deletePolicy,
    policies.listPolicies,
    policies.listEntitiesForPolicy,
    policyVersions.createPolicyVersion,
    policyVersions.getPolicyVersion,
    policyVersions.listPolicyVersions,
    policyVersions.deletePolicyVersion,
    policyVersions.setDefaultPolicyVersion,
    tags.tagRole,
    tags.untagRole,
    tags.listRoleTags,
    tags.tagPolicy,
    tags.untagPolicy,
    tags.listPolicyTags,
  ],
  authorize,
  // A role's trust policy is the policy of the role as a resource.
  resourcePolicy: (cloud, { action, resource }) => {
    const role = action === 'sts:AssumeRole' ? cloud.state(IamState).roleByArn(resource) : undefined;
    return role === undefined ? undefined : { documents: [role.trustPolicy], kind: 'trust', mustAgree: true };
  },
};
