import type { PolicyVersion } from '@aws-sdk/client-iam';
import * as shapes from '../constraints';
import { operation } from '../contract';
import { defaultVersion, limitExceeded, noSuchPolicyVersion, policyNotFound } from '../errors';
import { page } from '../paging';
import type { StoredPolicy, StoredPolicyVersion } from '../state';
import { checkManagedPolicy } from './policies';
import { encodeDocument } from './roles';

export const createPolicyVersion = operation('CreatePolicyVersion', {
  handle: async (input, { state, cloud, caller }) => {
    checkManagedPolicy(input.PolicyDocument);
    const now = cloud.clock.now();
    const policy = await state.updatePolicy(caller, input.PolicyArn, 'CreatePolicyVersion', (old) => {
      if (old.versions.length >= shapes.MAX_POLICY_VERSIONS)
        throw limitExceeded(
          `A managed policy can have up to ${shapes.MAX_POLICY_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
        );
      const version = { id: `v${old.nextVersion}`, document: input.PolicyDocument, createdAt: now };
      return {
        ...old,
        updatedAt: now,
        versions: [version, ...old.versions],
        nextVersion: old.nextVersion + 1,
        defaultVersionId: input.SetAsDefault === true ? version.id : old.defaultVersionId,
      };
    });
    return { PolicyVersion: renderVersion(policy, policy.versions[0] as StoredPolicyVersion) };
  },
});

export const getPolicyVersion = operation('GetPolicyVersion', {
  handle: (input, { state, caller }) => {
    const policy = state.policy(caller.accountId, input.PolicyArn);
    const version = versionOf(policy, input.VersionId);
    return { PolicyVersion: { ...renderVersion(policy, version), Document: encodeDocument(version.document) } };
  },
});

export const listPolicyVersions = operation('ListPolicyVersions', {
  handle: (input, { state, caller }) => {
    const policy = state.policy(caller.accountId, input.PolicyArn, policyNotFound);
    const { items, ...rest } = page(policy.versions, input);
    return { Versions: items.map((version) => renderVersion(policy, version)), ...rest };
  },
});

export const deletePolicyVersion = operation('DeletePolicyVersion', {
  handle: (input, { state, caller }) =>
    state.updatePolicy(caller, input.PolicyArn, 'DeletePolicyVersion', (policy) => {
      versionOf(policy, input.VersionId);
      if (policy.defaultVersionId === input.VersionId) throw defaultVersion();
      return { ...policy, versions: policy.versions.filter(({ id }) => id !== input.VersionId) };
    }),
});

export const setDefaultPolicyVersion = operation('SetDefaultPolicyVersion', {
  handle: async (input, { state, cloud, caller }) => {
    const updatedAt = cloud.clock.now();
    await state.updatePolicy(caller, input.PolicyArn, 'SetDefaultPolicyVersion', (policy) => ({
      ...policy,
      updatedAt,
      defaultVersionId: versionOf(policy, input.VersionId).id,
    }));
  },
});

function versionOf(policy: StoredPolicy, id: string): StoredPolicyVersion {
  const found = policy.versions.find((version) => version.id === id);
  if (found === undefined) throw noSuchPolicyVersion(policy.arn, id);
  return found;
}

function renderVersion(policy: StoredPolicy, version: StoredPolicyVersion): PolicyVersion {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersionId,
    CreateDate: new Date(version.createdAt),
  };
}
