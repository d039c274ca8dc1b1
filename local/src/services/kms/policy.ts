import type { Caller } from '../../core/operation';
import { malformedPolicy } from './errors';

/** What AWS gives a key that is made without a policy: the account's IAM policies decide. */
export function defaultPolicy(accountId: string): string {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] }, undefined, 2);
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | Record<string, string | string[]>;
  readonly Action?: string | string[];
}

/**
 * Checks that a key policy can be read and, unless bypassed, that it leaves the caller able to change it again.
 * @throws AwsError `MalformedPolicyDocumentException`
 */
export function requirePolicy(text: string, caller: Caller, bypass: boolean): void {
  const statements = parse(text);
  if (bypass || statements.some((statement) => allowsPutKeyPolicy(statement, caller))) return;
  throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
}

function parse(text: string): Statement[] {
  try {
    const { Statement: statements } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    if (statements !== undefined) return Array.isArray(statements) ? statements : [statements];
  } catch {
    // Reported below, as AWS does for any text that is no policy.
  }
  throw malformedPolicy('Policy contains a statement that is not valid JSON or has no Statement.');
}

function allowsPutKeyPolicy(statement: Statement, caller: Caller): boolean {
  if (statement.Effect !== 'Allow') return false;
  const allowed = listOf(statement.Action).some((action) => {
    const prefix = action.toLowerCase().split('*')[0] ?? '';
    return action.includes('*') ? 'kms:putkeypolicy'.startsWith(prefix) : action.toLowerCase() === 'kms:putkeypolicy';
  });
  const principal = statement.Principal;
  const principals = typeof principal === 'string' ? [principal] : listOf(principal?.AWS);
  const self = [`arn:aws:iam::${caller.accountId}:root`, caller.accountId, '*', caller.principalArn, caller.roleArn];
  return allowed && principals.some((name) => self.includes(name));
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
