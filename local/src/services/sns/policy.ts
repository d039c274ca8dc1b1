import { AwsError } from '../../core/errors';
import { ownerOf } from '../../core/owner';
import { parsePolicy } from '../iam/policy/document';
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

/** @throws AwsError `InvalidParameter` for a text that isn't a resource-based policy */
export function checkPolicy(text: string): void {
  try {
    parsePolicy(text, 'resource');
  } catch (error) {
    throw error instanceof AwsError ? invalidParameter(`Policy Error: ${error.message}`) : error;
  }
}
