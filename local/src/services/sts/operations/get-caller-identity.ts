import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { IamState } from '../../iam/state';
import { operation } from '../contract';

/** Returns the caller's identity; no permission is needed, as on AWS. */
export const getCallerIdentity = operation('GetCallerIdentity', {
  permissions: () => [],
  handle: (_input, { cloud, caller }) => ({
    UserId: userId(cloud, caller),
    Account: caller.accountId,
    Arn: caller.principalArn,
  }),
});

/** The account's id for its owner; for a role's session the role's unique id and the session's name. */
function userId(cloud: Cloud, { accountId, principalArn, roleArn, session }: Caller): string {
  if (roleArn === undefined) return session === undefined ? accountId : `${accountId}:${principalArn.split('/').pop()}`;
  const role = cloud.state(IamState).roleByArn(roleArn);
  return `${role?.id ?? 'AROA'}:${principalArn.split('/').pop()}`;
}
