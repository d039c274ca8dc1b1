import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts';
import { AwsError } from '../../../core/errors';
import { operation } from '../../../core/operation';
import { integer, string, structure } from '../../../core/shape';
import { StsState } from '../state';

/** Temporary credentials of the account's owner. No permission is needed, but a role can't have them, as on AWS. */
export const getSessionToken = operation<GetSessionTokenRequest, GetSessionTokenResponse>({
  name: 'GetSessionToken',
  input: structure({
    DurationSeconds: integer({ min: 900, max: 129_600 }),
    SerialNumber: string({ min: 9, max: 256 }),
    TokenCode: string({ min: 6, max: 6 }),
  }),
  permissions: () => [],
  handle: async (input, { cloud, caller }) => {
    if (caller.roleArn !== undefined)
      throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 });
    return { Credentials: await cloud.state(StsState).issue(caller, input.DurationSeconds ?? 43_200) };
  },
});
