import { isOwner } from '../../../core/operation';
import { operation } from '../contract';
import { forbidden } from '../errors';
import { packedSize, sessionFor } from '../session';

/**
 * Issues credentials of the account's owner for a federated user, limited to the session policies: without any, only
 * resource-based policies allow anything. Sessions can't call it, as on AWS.
 */
export const getFederationToken = operation('GetFederationToken', {
  permissions: () => [],
  handle: async (input, { state, cloud, caller }) => {
    if (!isOwner(caller)) throw forbidden('Cannot call GetFederationToken with session credentials');
    const { accountId } = caller;
    const PackedPolicySize = packedSize(input) ?? 0;
    const session = sessionFor(cloud, caller, input);
    const principalArn = `arn:aws:sts::${accountId}:federated-user/${input.Name}`;
    const user = { ...caller, principalArn, session: { ...session, policies: session.policies ?? [] } };
    return {
      Credentials: await state.issue(user, input.DurationSeconds ?? 43_200),
      FederatedUser: { FederatedUserId: `${accountId}:${input.Name}`, Arn: principalArn },
      PackedPolicySize,
    };
  },
});
