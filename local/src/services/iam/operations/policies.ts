import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  Policy,
} from '@aws-sdk/client-iam';
import { operation } from '../../../core/operation';
import { boolean, string, structure } from '../../../core/shape';
import * as shapes from '../constraints';
import { limitExceeded, policyExists, policyHasVersions, policyIsAttached } from '../errors';
import { AWS_MANAGED_POLICIES } from '../managed-policies';
import { parsePolicy } from '../policy/document';
import { attempt, IamState, type PolicyRecord, uniqueId, unwrap } from '../state';
import { page } from './paging';
import { checkTags } from './tags';

/** The permission that an operation on one managed policy needs. */
export const onPolicy = (action: string) => (input: { PolicyArn: string }) => [
  { action: `iam:${action}`, resource: input.PolicyArn },
];

export const createPolicy = operation<CreatePolicyRequest, CreatePolicyResponse>({
  name: 'CreatePolicy',
  input: structure(
    {
      PolicyName: shapes.policyName,
      Path: shapes.path,
      PolicyDocument: shapes.document,
      Description: shapes.description,
      Tags: shapes.tags,
    },
    'PolicyName PolicyDocument',
  ),
  permissions: (input, { caller }) => [
    {
      action: 'iam:CreatePolicy',
      resource: `arn:aws:iam::${caller.accountId}:policy${input.Path ?? '/'}${input.PolicyName}`,
    },
  ],
  handle: async (input, { cloud, caller: { accountId } }) => {
    const state = cloud.state(IamState);
    checkManagedPolicy(input.PolicyDocument);
    checkTags(input.Tags ?? []);
    const now = cloud.clock.now();
    const path = input.Path ?? '/';
    const policy: PolicyRecord = {
      name: input.PolicyName,
      path,
      id: uniqueId('ANPA'),
      arn: `arn:aws:iam::${accountId}:policy${path}${input.PolicyName}`,
      createdAt: now,
      updatedAt: now,
      description: input.Description,
      tags: input.Tags ?? [],
      defaultVersionId: 'v1',
      nextVersion: 2,
      versions: [{ id: 'v1', document: input.PolicyDocument, createdAt: now }],
    };
    const created = await state.store.transaction(() =>
      attempt(() => {
        if (state.policiesOf(accountId).some(({ name }) => name === policy.name)) throw policyExists(policy.name);
        state.policies.put(policy.arn, policy);
      }),
    );
    unwrap(created);
    return { Policy: renderPolicy(state, policy) };
  },
});

export const getPolicy = operation<GetPolicyRequest, GetPolicyResponse>({
  name: 'GetPolicy',
  input: structure({ PolicyArn: shapes.arn }, 'PolicyArn'),
  permissions: onPolicy('GetPolicy'),
  handle: (input, { cloud }) => {
    const state = cloud.state(IamState);
    const policy = state.policy(input.PolicyArn);
    return { Policy: { ...renderPolicy(state, policy), Description: policy.description, Tags: [...policy.tags] } };
  },
});

export const deletePolicy = operation<DeletePolicyRequest, void>({
  name: 'DeletePolicy',
  input: structure({ PolicyArn: shapes.arn }, 'PolicyArn'),
  permissions: onPolicy('DeletePolicy'),
  handle: async (input, { cloud }) => {
    const state = cloud.state(IamState);
    const deleted = await state.store.transaction(() =>
      attempt(() => {
        const policy = state.policy(input.PolicyArn);
        if (rolesWith(state, policy.arn).length > 0) throw policyIsAttached();
        if (policy.versions.length > 1) throw policyHasVersions();
        state.policies.remove(policy.arn);
      }),
    );
    unwrap(deleted);
  },
});

export const listPolicies = operation<ListPoliciesRequest, ListPoliciesResponse>({
  name: 'ListPolicies',
  input: structure({
    Scope: string({ values: ['All', 'AWS', 'Local'] }),
    OnlyAttached: boolean,
    PathPrefix: shapes.pathPrefix,
    PolicyUsageFilter: string({ values: ['PermissionsPolicy', 'PermissionsBoundary'] }),
    Marker: shapes.marker,
    MaxItems: shapes.maxItems,
  }),
  permissions: () => [{ action: 'iam:ListPolicies', resource: '*' }],
  handle: (input, { cloud, caller }) => {
    const state = cloud.state(IamState);
    const local = input.Scope === 'AWS' ? [] : state.policiesOf(caller.accountId);
    const managed = input.Scope === 'Local' ? [] : [...AWS_MANAGED_POLICIES.values()];
    const rendered = [...local, ...managed]
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      .map((policy) => renderPolicy(state, policy, caller.accountId))
      .filter(({ AttachmentCount }) => input.OnlyAttached !== true || AttachmentCount !== 0);
    const { items, ...rest } = page(rendered, input);
    return { Policies: [...items], ...rest };
  },
});

/** Only roles can hold policies here; the lists of users and groups are empty. */
export const listEntitiesForPolicy = operation<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse>({
  name: 'ListEntitiesForPolicy',
  input: structure(
    {
      PolicyArn: shapes.arn,
      EntityFilter: string({ values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] }),
      PathPrefix: shapes.pathPrefix,
      Marker: shapes.marker,
      MaxItems: shapes.maxItems,
    },
    'PolicyArn',
  ),
  permissions: onPolicy('ListEntitiesForPolicy'),
  handle: (input, { cloud, caller }) => {
    const state = cloud.state(IamState);
    const { arn } = state.policy(input.PolicyArn);
    const wanted = input.EntityFilter === undefined || input.EntityFilter === 'Role';
    const { items, ...rest } = page(wanted ? rolesWith(state, arn, caller.accountId) : [], input);
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
  parsePolicy(document, 'identity');
}

// A customer's policy belongs to its account; AWS's own are counted in the caller's.
function rolesWith(state: IamState, arn: string, accountId: string = arn.split(':')[4] as string) {
  return state.rolesOf(accountId).filter(({ attached }) => attached.includes(arn));
}

function renderPolicy(state: IamState, policy: PolicyRecord, accountId?: string): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: rolesWith(state, policy.arn, accountId).length,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  };
}
