import { operation } from '../contract';
import { invalidParameter, limitExceeded, policyNotFound } from '../errors';
import { page } from '../paging';

/** Most policies of an account in a region ("CloudWatch Logs quotas"). */
const MAX_POLICIES = 10;

/** Stores a policy for AWS services' log events; it has no effect: services here write with roles. */
export const putResourcePolicy = operation('PutResourcePolicy', {
  handle: async (input, { state, cloud, caller }) => {
    const { policyName, policyDocument } = input;
    if (policyName === undefined || policyDocument === undefined) {
      throw invalidParameter('policyName and policyDocument must be specified.');
    }
    checkDocument(policyDocument);
    const { resourcePolicies } = state;
    const policy = { policyName, policyDocument, lastUpdatedTime: cloud.clock.now(), policyScope: 'ACCOUNT' as const };
    await state.transaction(() => {
      const others = [...resourcePolicies.list(caller)].filter((other) => other.policyName !== policyName);
      if (others.length >= MAX_POLICIES) throw limitExceeded();
      resourcePolicies.put(caller, [policyName], policy);
    });
    return { resourcePolicy: policy };
  },
});

export const describeResourcePolicies = operation('DescribeResourcePolicies', {
  handle: (input, { state, caller }) => {
    const policies = state.resourcePolicies;
    const { items, nextToken } = page(input.nextToken, input.limit, {
      // Policies of single log groups are not supported.
      items: (after) => (input.policyScope === 'RESOURCE' ? [] : policies.listStarting(caller, [], '', after)),
      keyOf: ({ policyName = '' }) => policyName,
    });
    const resourcePolicies = items.map((policy) => ({ ...policy, policyDocument: normalised(policy.policyDocument) }));
    return { resourcePolicies, nextToken };
  },
});

export const deleteResourcePolicy = operation('DeleteResourcePolicy', {
  handle: ({ policyName = '' }, { state, caller }) =>
    state.transaction(() => {
      if (state.resourcePolicies.get(caller, policyName) === undefined) throw policyNotFound(policyName);
      state.resourcePolicies.remove(caller, policyName);
    }),
});

/** A document in AWS's normal form: with a version, and single items in place of lists. */
function normalised(text = '{}'): string {
  const single = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.length === 1 && typeof value[0] === 'string' ? value[0] : value.map(single);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, single(member)]));
  };
  return JSON.stringify({ Version: '2008-10-17', ...(single(JSON.parse(text)) as object) });
}

/** Checks a document. @throws AwsError `InvalidParameterException` unless it is a JSON object with statements */
function checkDocument(text: string): void {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown };
    if (typeof Statement === 'object' && Statement !== null) return;
  } catch {
    // Reported below.
  }
  throw invalidParameter('The specified policy document is not valid.');
}
