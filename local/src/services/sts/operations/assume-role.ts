import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { AwsError } from '../../../core/errors';
import { operation } from '../../../core/operation';
import { any, integer, list, string, structure } from '../../../core/shape';
import { sessionOf, trusts } from '../../iam/assume-role';
import { accessDenied } from '../../iam/errors';
import { IamState } from '../../iam/state';
import { StsState } from '../state';

const tag = structure({ Key: string({ min: 1, max: 128 }), Value: string({ max: 256 }) }, 'Key Value');

/**
 * Gives credentials whose calls are checked against the role's policies. The role's trust policy decides who gets them;
 * a role that asks needs sts:AssumeRole in its own policies as well.
 */
export const assumeRole = operation<AssumeRoleRequest, AssumeRoleResponse>({
  name: 'AssumeRole',
  input: structure(
    {
      RoleArn: string({ min: 20, max: 2048 }),
      RoleSessionName: string({ min: 2, max: 64, pattern: '[\\w+=,.@-]*' }),
      DurationSeconds: integer({ min: 900, max: 43_200 }),
      ExternalId: string({ min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' }),
      Policy: any,
      PolicyArns: any,
      SourceIdentity: string({ min: 2, max: 64, pattern: '[\\w+=,.@-]*' }),
      Tags: list(tag, { max: 50 }),
    },
    'RoleArn RoleSessionName',
  ),
  permissions: (input) => [
    {
      action: 'sts:AssumeRole',
      resource: input.RoleArn,
      conditions: input.ExternalId === undefined ? undefined : { 'sts:ExternalId': input.ExternalId },
    },
  ],
  handle: async (input, { cloud, caller }) => {
    if (input.Policy !== undefined || input.PolicyArns !== undefined || input.Tags !== undefined)
      throw new AwsError(
        'ValidationError',
        'Session policies and session tags are not implemented by this local endpoint.',
      );
    const role = cloud.state(IamState).roleByArn(input.RoleArn);
    const conditions: Record<string, string> = { 'sts:RoleSessionName': input.RoleSessionName };
    if (input.ExternalId !== undefined) conditions['sts:ExternalId'] = input.ExternalId;
    const names = caller.roleArn === undefined ? [caller.principalArn] : [caller.roleArn, caller.principalArn];
    const principal = { kind: 'AWS', names, accountId: caller.accountId } as const;
    if (role === undefined || !trusts(cloud, role, caller, principal, conditions))
      throw accessDenied(caller.principalArn, 'sts:AssumeRole', input.RoleArn);
    const seconds = input.DurationSeconds ?? 3_600;
    if (seconds > role.maxSessionSeconds)
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    const session = sessionOf(role, caller.region, input.RoleSessionName);
    return {
      Credentials: await cloud.state(StsState).issue(session, seconds),
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${input.RoleSessionName}`, Arn: session.principalArn },
      SourceIdentity: input.SourceIdentity,
    };
  },
});
