import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';

/** Needs no permission on AWS either: whoever has credentials may ask whose they are. */
export const getCallerIdentity = operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
  name: 'GetCallerIdentity',
  input: structure({}),
  permissions: () => [],
  handle: (_input, { caller }) => ({
    UserId: caller.roleArn === undefined ? caller.accountId : `AROA:${caller.principalArn.split('/').pop()}`,
    Account: caller.accountId,
    Arn: caller.principalArn,
  }),
});
