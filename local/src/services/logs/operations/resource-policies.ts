import { page } from '../../../core/paging';
import { operation } from '../contract';
import { invalidParameter, invalidToken, limitExceeded, policyNotFound } from '../errors';
import { LogsState } from '../state';

/** Policies that an account can have in a region ("CloudWatch Logs quotas"). */
const MAX_POLICIES = 10;

/** Keeps a policy by which AWS's services may write log events; services here have roles for that, so that none asks it. */
export const putResourcePolicy = operation('PutResourcePolicy', {
  handle: async (input, { cloud, caller }) => {
    const { policyName, policyDocument } = input;
    if (policyName === undefined || policyDocument === undefined) {
      throw invalidParameter('policyName and policyDocument must be specified.');
    }
    checkDocument(policyDocument);
    const state = cloud.state(LogsState);
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
  handle: (input, { cloud, caller }) => {
    const { resourcePolicies } = cloud.state(LogsState);
    const { items, nextToken } = page(
      {
        // Policies of single log groups are not kept here.
        items: (after) =>
          input.policyScope === 'RESOURCE' ? [] : resourcePolicies.listStarting(caller, [], '', after),
        keyOf: ({ policyName = '' }) => policyName,
        token: input.nextToken,
        limit: input.limit ?? 50,
      },
      invalidToken,
    );
    return { resourcePolicies: items, nextToken };
  },
});

export const deleteResourcePolicy = operation('DeleteResourcePolicy', {
  handle: async ({ policyName = '' }, { cloud, caller }) => {
    const state = cloud.state(LogsState);
    await state.transaction(() => {
      if (state.resourcePolicies.get(caller, policyName) === undefined) throw policyNotFound(policyName);
      state.resourcePolicies.remove(caller, policyName);
    });
  },
});

/** @throws AwsError `InvalidParameterException` unless it is a JSON object with statements. */
function checkDocument(text: string): void {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown };
    if (typeof Statement === 'object' && Statement !== null) return;
  } catch {
    // Said below.
  }
  throw invalidParameter('The specified policy document is not valid.');
}
