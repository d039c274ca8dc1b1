import { isOwner } from '../../../core/operation';
import { operation } from '../contract';
import { forbidden } from '../errors';

/**
 * Issues temporary credentials of the account's owner. No permission is needed, but a role can't call it, as on AWS.
 */
export const getSessionToken = operation('GetSessionToken', {
  permissions: () => [],
  handle: async (input, { state, caller }) => {
    if (!isOwner(caller)) throw forbidden('Cannot call GetSessionToken with session credentials');
    return { Credentials: await state.issue(caller, input.DurationSeconds ?? 43_200) };
  },
});
