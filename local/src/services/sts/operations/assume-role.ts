import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { isOwner, type Strict } from '../../../core/operation';
import { sessionOf, trusts } from '../../iam/assume-role';
import { principalOf } from '../../iam/authorize';
import { accessDenied } from '../../iam/errors';
import { IamState, type StoredRole } from '../../iam/state';
import { operation } from '../contract';
import { forbidden, validationError } from '../errors';
import { packedSize, sessionFor, tagConditions } from '../session';

/** Longest session that a role's session can start, in seconds. */
const CHAINED_SECONDS = 3_600;

/**
 * Issues credentials whose calls are checked against the role's policies, and the session's. The role's trust policy
 * decides; a calling role that it names only by its account also needs the action in its own policies.
 */
export const assumeRole = operation('AssumeRole', {
  permissions: (input) =>
    actionsOf(input).map((action) => ({ action, resource: input.RoleArn, conditions: conditionsOf(input) })),
  handle: async (input, { state, cloud, caller }) => {
    if (caller.roleArn === undefined && !isOwner(caller))
      throw forbidden('Cannot call AssumeRole with federation token credentials');
    checkRoleArn(input.RoleArn);
    const session = sessionFor(cloud, caller, input);
    const role = cloud.state(IamState).roleByArn(input.RoleArn);
    const principal = { ...principalOf(caller), accountId: caller.accountId };
    for (const action of actionsOf(input)) {
      if (role === undefined || !trusts(cloud, role, caller, principal, conditionsOf(input), action))
        throw accessDenied(caller.principalArn, action, input.RoleArn);
    }
    const PackedPolicySize = packedSize(input);
    const found = role as StoredRole;
    const seconds = input.DurationSeconds ?? 3_600;
    checkDuration(found, seconds);
    if (caller.roleArn !== undefined && seconds > CHAINED_SECONDS)
      throw validationError(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      );
    const assumed = sessionOf(found, caller.region, input.RoleSessionName, session);
    return {
      Credentials: await state.issue(assumed, seconds),
      AssumedRoleUser: { AssumedRoleId: `${found.id}:${input.RoleSessionName}`, Arn: assumed.principalArn },
      PackedPolicySize,
      SourceIdentity: input.SourceIdentity,
    };
  },
});

/** @throws AwsError `ValidationError` for an ARN that isn't a role's */
export function checkRoleArn(arn: string): void {
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/./.test(arn)) throw validationError(`${arn} is invalid`);
}

/** @throws AwsError `ValidationError` beyond the role's maximum */
export function checkDuration(role: StoredRole, seconds: number): void {
  if (seconds > role.maxSessionSeconds)
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
}

/** Actions of the request: setting tags is one of its own. */
function actionsOf({ Tags }: Strict<AssumeRoleRequest>): string[] {
  return Tags === undefined || Tags.length === 0 ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:TagSession'];
}

function conditionsOf(input: Strict<AssumeRoleRequest>): Record<string, string | string[]> {
  const conditions: Record<string, string | string[]> = {
    'sts:RoleSessionName': input.RoleSessionName,
    ...tagConditions(input),
  };
  if (input.ExternalId !== undefined) conditions['sts:ExternalId'] = input.ExternalId;
  if (input.SourceIdentity !== undefined) conditions['sts:SourceIdentity'] = input.SourceIdentity;
  return conditions;
}
