import { AwsError } from '../../core/errors';
import type { Context } from '../../core/operation';
import { ownerOf } from '../../core/owner';
import { parsePolicy, type Statement } from '../iam/policy/document';
import { missingRole } from '../iam/policy/principals';
import { IamState } from '../iam/state';
import { invalidParameter } from './errors';
import type { Topic } from './state';

const ACTIONS = [
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
];

/** A topic's policy: its own, or AWS's default, which allows the account's services. */
export function policyOf({ arn, attributes }: Topic): string {
  return attributes.Policy ?? defaultPolicy(arn);
}

function defaultPolicy(arn: string): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ACTIONS.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': ownerOf(arn).accountId } },
      },
    ],
  });
}

/** @throws AwsError `InvalidParameter` for a text that isn't a resource-based policy, or names a role that isn't there */
export function checkPolicy(text: string, { cloud, caller }: Context): void {
  if (missingRole(cloud.state(IamState), caller.accountId, statementsIn(text)) !== undefined)
    throw invalidParameter('Policy Error: PrincipalNotFound');
}

function statementsIn(text: string): readonly Statement[] {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    throw error instanceof AwsError ? invalidParameter(`Policy Error: ${error.message}`) : error;
  }
}
