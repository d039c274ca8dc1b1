import * as shapes from '../constraints';
import { operation } from '../contract';
import { limitExceeded, noSuchRolePolicy, policyNotFound } from '../errors';
import { page } from '../paging';
import { checkIdentityPolicy } from '../policy/grammar';
import { IamState, policyOwner } from '../state';
import { encodeDocument } from './roles';

export const putRolePolicy = operation('PutRolePolicy', {
  handle: async (input, { state, caller }) => {
    checkIdentityPolicy(input.PolicyDocument, { managed: false });
    await state.updateRole(caller.accountId, input.RoleName, (role) => {
      const inline = { ...role.inline, [input.PolicyName]: input.PolicyDocument };
      // White space doesn't count towards the quota.
      const size = Object.values(inline).reduce((sum, document) => sum + document.replace(/\s/g, '').length, 0);
      if (size > shapes.MAX_INLINE_BYTES)
        throw limitExceeded(
          `Maximum policy size of ${shapes.MAX_INLINE_BYTES} bytes exceeded for role ${input.RoleName}`,
        );
      return { ...role, inline };
    });
  },
});

export const getRolePolicy = operation('GetRolePolicy', {
  handle: (input, { state, caller }) => {
    const document = state.role(caller.accountId, input.RoleName).inline[input.PolicyName];
    if (document === undefined) throw noSuchRolePolicy(input.PolicyName);
    return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) };
  },
});

export const deleteRolePolicy = operation('DeleteRolePolicy', {
  handle: (input, { state, caller }) =>
    state.updateRole(caller.accountId, input.RoleName, (role) => {
      const { [input.PolicyName]: gone, ...inline } = role.inline;
      if (gone === undefined) throw noSuchRolePolicy(input.PolicyName);
      return { ...role, inline };
    }),
});

export const listRolePolicies = operation('ListRolePolicies', {
  handle: (input, { state, caller }) => {
    const role = state.role(caller.accountId, input.RoleName);
    const { items, ...rest } = page(Object.keys(role.inline).sort(), input);
    return { PolicyNames: [...items], ...rest };
  },
});

export const attachRolePolicy = operation('AttachRolePolicy', {
  handle: (input, { state, caller }) =>
    state.updateRole(caller.accountId, input.RoleName, (role) => {
      state.policy(caller.accountId, input.PolicyArn);
      if (role.attached.includes(input.PolicyArn)) return role;
      if (role.attached.length >= shapes.MAX_ATTACHED)
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${shapes.MAX_ATTACHED}`);
      return { ...role, attached: [...role.attached, input.PolicyArn] };
    }),
});

export const detachRolePolicy = operation('DetachRolePolicy', {
  handle: (input, { state, caller }) => {
    policyOwner(input.PolicyArn);
    return state.updateRole(caller.accountId, input.RoleName, (role) => {
      if (!role.attached.includes(input.PolicyArn)) throw policyNotFound(input.PolicyArn);
      return { ...role, attached: role.attached.filter((arn) => arn !== input.PolicyArn) };
    });
  },
});

export const listAttachedRolePolicies = operation('ListAttachedRolePolicies', {
  handle: (input, { state, caller }) => {
    const policies = state
      .role(caller.accountId, input.RoleName)
      .attached.map((arn) => state.policy(caller.accountId, arn))
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, ...rest } = page(policies, input);
    return { AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })), ...rest };
  },
});

export const putRolePermissionsBoundary = operation('PutRolePermissionsBoundary', {
  handle: (input, { state, caller }) =>
    state.updateRole(caller.accountId, input.RoleName, (role) => ({
      ...role,
      boundaryArn: state.policy(caller.accountId, input.PermissionsBoundary).arn,
    })),
});

export const deleteRolePermissionsBoundary = operation('DeleteRolePermissionsBoundary', {
  handle: (input, { cloud, caller }) =>
    cloud.state(IamState).updateRole(caller.accountId, input.RoleName, (role) => ({ ...role, boundaryArn: undefined })),
});
