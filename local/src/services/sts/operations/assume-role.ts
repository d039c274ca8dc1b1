import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { AwsError } from '../../../core/errors';
import type { Strict } from '../../../core/operation';
import { sessionOf, trusts } from '../../iam/assume-role';
import { principalOf } from '../../iam/authorize';
import { accessDenied } from '../../iam/errors';
import { IamState } from '../../iam/state';
import { operation } from '../contract';
import { StsState } from '../state';

/** What a session that a role's session assumed may last at most. */
const CHAINED_SECONDS = 3_600;

/**
 * Gives credentials whose calls are checked against the role's policies. The role's trust policy decides who gets them;
 * a role that it doesn't name itself, but by its account, needs sts:AssumeRole in its own policies as well.
 */
export const assumeRole = operation('AssumeRole', {
  permissions: (input) => [{ action: 'sts:AssumeRole', resource: input.RoleArn, conditions: conditionsOf(input) }],
  handle: async (input, { cloud, caller }) => {
    if (input.Policy !== undefined || input.PolicyArns !== undefined || input.Tags !== undefined)
      throw invalid('Session policies and session tags are not implemented by this local endpoint.');
    if (!/^arn:aws[\w-]*:iam::\d{12}:role\/./.test(input.RoleArn)) throw invalid(`${input.RoleArn} is invalid`);
    const role = cloud.state(IamState).roleByArn(input.RoleArn);
    const principal = { ...principalOf(caller), accountId: caller.accountId };
    if (role === undefined || !trusts(cloud, role, caller, principal, conditionsOf(input)))
      throw accessDenied(caller.principalArn, 'sts:AssumeRole', input.RoleArn);
    const seconds = input.DurationSeconds ?? 3_600;
    if (seconds > role.maxSessionSeconds)
      throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    if (caller.roleArn !== undefined && seconds > CHAINED_SECONDS)
      throw invalid(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      );
    const session = sessionOf(role, caller.region, input.RoleSessionName);
    return {
      Credentials: await cloud.state(StsState).issue(session, seconds),
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${input.RoleSessionName}`, Arn: session.principalArn },
      SourceIdentity: input.SourceIdentity,
    };
  },
});

function conditionsOf(input: Strict<AssumeRoleRequest>): Record<string, string> {
  const conditions: Record<string, string> = { 'sts:RoleSessionName': input.RoleSessionName };
  if (input.ExternalId !== undefined) conditions['sts:ExternalId'] = input.ExternalId;
  if (input.SourceIdentity !== undefined) conditions['sts:SourceIdentity'] = input.SourceIdentity;
  return conditions;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
