import { operation } from '../contract';
import { notFound } from '../errors';
import { requirePolicy } from '../policy';
import { findKeyById, findOwnKey } from './usable-key';

/** The only name of key policies. */
const POLICY_NAME = 'default';

export const getKeyPolicy = operation('GetKeyPolicy', {
  handle: async (input, context) => {
    requireDefault(input.PolicyName);
    const { key } = await findKeyById(input.KeyId, context);
    return { Policy: key.policy, PolicyName: POLICY_NAME };
  },
});

export const putKeyPolicy = operation('PutKeyPolicy', {
  handle: async (input, context) => {
    requireDefault(input.PolicyName);
    const { state, owner, key, arn } = await findOwnKey(input.KeyId, context);
    requirePolicy(input.Policy, arn, context, input.BypassPolicyLockoutSafetyCheck);
    await state.update(owner, key.keyId, (current) => ({ ...current, policy: input.Policy }));
  },
});

export const listKeyPolicies = operation('ListKeyPolicies', {
  handle: async (input, context) => {
    await findKeyById(input.KeyId, context);
    return { PolicyNames: [POLICY_NAME], Truncated: false };
  },
});

function requireDefault(name: string | undefined): void {
  if (name !== undefined && name !== POLICY_NAME) throw notFound('No such policy exists');
}
