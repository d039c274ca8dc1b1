import { AwsError } from '../../core/errors';
import type { Context } from '../../core/operation';
import { rootArn } from '../../core/owner';
import { contextOf, principalOf } from '../iam/authorize';
import { parsePolicy, type Statement } from '../iam/policy/document';
import { evaluate } from '../iam/policy/evaluate';
import { missingRole } from '../iam/policy/principals';
import { IamState } from '../iam/state';
import { malformedPolicy } from './errors';

/** Default key policy: the account's IAM policies decide. */
export function defaultPolicy(accountId: string): string {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: rootArn(accountId) },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] }, undefined, 2);
}

/**
 * Checks that a key policy is valid and, unless bypassed, that the caller can still change it afterwards.
 * @param arn ARN of the key
 * @throws AwsError `MalformedPolicyDocumentException`
 */
export function requirePolicy(text: string, arn: string, { cloud, caller }: Context, bypass = false): void {
  const statements = parse(text);
  if (missingRole(cloud.state(IamState), caller.accountId, statements) !== undefined)
    throw malformedPolicy('Policy contains a statement with one or more invalid principals.');
  if (bypass) return;
  const principal = { ...principalOf(caller), accountId: caller.accountId };
  const context = contextOf(cloud, caller, {}, undefined);
  if (evaluate(statements, { action: 'kms:PutKeyPolicy', resource: arn, principal, context }) === 'allow') return;
  throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
}

function parse(text: string): readonly Statement[] {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    throw error instanceof AwsError ? malformedPolicy(error.message) : error;
  }
}
