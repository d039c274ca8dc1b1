import type {
  AttachRolePolicyRequest,
  DeleteRolePermissionsBoundaryRequest,
  DeleteRolePolicyRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePermissionsBoundaryRequest,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import * as shapes from '../constraints';
import { limitExceeded, noSuchRolePolicy, policyNotFound } from '../errors';
import { parsePolicy } from '../policy/document';
import { IamState } from '../state';
import { page } from './paging';
import { onRole } from './permissions';
import { encodeDocument } from './roles';

export const putRolePolicy = operation<PutRolePolicyRequest, void>({
  name: 'PutRolePolicy',
  input: structure(
    { RoleName: shapes.roleName, PolicyName: shapes.policyName, PolicyDocument: shapes.document },
    'RoleName PolicyName PolicyDocument',
  ),
  permissions: onRole('PutRolePolicy'),
  handle: async (input, { cloud, caller }) => {
    parsePolicy(input.PolicyDocument, 'identity');
    await cloud.state(IamState).updateRole(caller.accountId, input.RoleName, (role) => {
      const inline = { ...role.inline, [input.PolicyName]: input.PolicyDocument };
      // White space doesn't count against the quota.
      const size = Object.values(inline).reduce((sum, document) => sum + document.replace(/\s/g, '').length, 0);
      if (size > shapes.MAX_INLINE_BYTES)
        throw limitExceeded(
          `Maximum policy size of ${shapes.MAX_INLINE_BYTES} bytes exceeded for role ${input.RoleName}`,
        );
      return { ...role, inline };
    });
  },
});

export const getRolePolicy = operation<GetRolePolicyRequest, GetRolePolicyResponse>({
  name: 'GetRolePolicy',
  input: structure({ RoleName: shapes.roleName, PolicyName: shapes.policyName }, 'RoleName PolicyName'),
  permissions: onRole('GetRolePolicy'),
  handle: (input, { cloud, caller }) => {
    const document = cloud.state(IamState).role(caller.accountId, input.RoleName).inline[input.PolicyName];
    if (document === undefined) throw noSuchRolePolicy(input.PolicyName);
    return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) };
  },
});

export const deleteRolePolicy = operation<DeleteRolePolicyRequest, void>({
  name: 'DeleteRolePolicy',
  input: structure({ RoleName: shapes.roleName, PolicyName: shapes.policyName }, 'RoleName PolicyName'),
  permissions: onRole('DeleteRolePolicy'),
  handle: async (input, { cloud, caller }) => {
    await cloud.state(IamState).updateRole(caller.accountId, input.RoleName, (role) => {
      const { [input.PolicyName]: gone, ...inline } = role.inline;
      if (gone === undefined) throw noSuchRolePolicy(input.PolicyName);
      return { ...role, inline };
    });
  },
});

export const listRolePolicies = operation<ListRolePoliciesRequest, ListRolePoliciesResponse>({
  name: 'ListRolePolicies',
  input: structure({ RoleName: shapes.roleName, Marker: shapes.marker, MaxItems: shapes.maxItems }, 'RoleName'),
  permissions: onRole('ListRolePolicies'),
  handle: (input, { cloud, caller }) => {
    const role = cloud.state(IamState).role(caller.accountId, input.RoleName);
    const { items, ...rest } = page(Object.keys(role.inline).sort(), input);
    return { PolicyNames: [...items], ...rest };
  },
});

export const attachRolePolicy = operation<AttachRolePolicyRequest, void>({
  name: 'AttachRolePolicy',
  input: structure({ RoleName: shapes.roleName, PolicyArn: shapes.arn }, 'RoleName PolicyArn'),
  permissions: onRole('AttachRolePolicy'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(IamState);
    await state.updateRole(caller.accountId, input.RoleName, (role) => {
      state.policy(caller.accountId, input.PolicyArn);
      if (role.attached.includes(input.PolicyArn)) return role;
      if (role.attached.length >= shapes.MAX_ATTACHED)
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${shapes.MAX_ATTACHED}`);
      return { ...role, attached: [...role.attached, input.PolicyArn] };
    });
  },
});

export const detachRolePolicy = operation<DetachRolePolicyRequest, void>({
  name: 'DetachRolePolicy',
  input: structure({ RoleName: shapes.roleName, PolicyArn: shapes.arn }, 'RoleName PolicyArn'),
  permissions: onRole('DetachRolePolicy'),
  handle: async (input, { cloud, caller }) => {
    await cloud.state(IamState).updateRole(caller.accountId, input.RoleName, (role) => {
      if (!role.attached.includes(input.PolicyArn)) throw policyNotFound(input.PolicyArn);
      return { ...role, attached: role.attached.filter((arn) => arn !== input.PolicyArn) };
    });
  },
});

export const listAttachedRolePolicies = operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse>({
  name: 'ListAttachedRolePolicies',
  input: structure(
    { RoleName: shapes.roleName, PathPrefix: shapes.pathPrefix, Marker: shapes.marker, MaxItems: shapes.maxItems },
    'RoleName',
  ),
  permissions: onRole('ListAttachedRolePolicies'),
  handle: (input, { cloud, caller }) => {
    const state = cloud.state(IamState);
    const policies = state
      .role(caller.accountId, input.RoleName)
      .attached.map((arn) => state.policy(caller.accountId, arn))
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, ...rest } = page(policies, input);
    return { AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })), ...rest };
  },
});

export const putRolePermissionsBoundary = operation<PutRolePermissionsBoundaryRequest, void>({
  name: 'PutRolePermissionsBoundary',
  input: structure({ RoleName: shapes.roleName, PermissionsBoundary: shapes.arn }, 'RoleName PermissionsBoundary'),
  permissions: onRole('PutRolePermissionsBoundary'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(IamState);
    await state.updateRole(caller.accountId, input.RoleName, (role) => ({
      ...role,
      boundaryArn: state.policy(caller.accountId, input.PermissionsBoundary).arn,
    }));
  },
});

export const deleteRolePermissionsBoundary = operation<DeleteRolePermissionsBoundaryRequest, void>({
  name: 'DeleteRolePermissionsBoundary',
  input: structure({ RoleName: shapes.roleName }, 'RoleName'),
  permissions: onRole('DeleteRolePermissionsBoundary'),
  handle: async (input, { cloud, caller }) => {
    await cloud
      .state(IamState)
      .updateRole(caller.accountId, input.RoleName, (role) => ({ ...role, boundaryArn: undefined }));
  },
});
