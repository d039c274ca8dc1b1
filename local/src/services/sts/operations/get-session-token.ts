import { AwsError } from '../../../core/errors';
import { isOwner } from '../../../core/operation';
import { operation } from '../contract';

/**
 * Issues temporary credentials of the account's owner. No permission is needed, but a role can't call it, as on AWS.
 */
export const getSessionToken = operation('GetSessionToken', {
  permissions: () => [],
  handle: async (input, { state, caller }) => {
    if (!isOwner(caller))
      throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 });
    return { Credentials: await state.issue(caller, input.DurationSeconds ?? 43_200) };
  },
});
