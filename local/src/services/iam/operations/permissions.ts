import type { Context, Permission } from '../../../core/operation';
import { IamState } from '../state';

/** The permission that an operation on one role needs. */
export const onRole =
  (action: string) =>
  ({ RoleName }: { RoleName: string }, { cloud, caller: { accountId } }: Context): Permission[] => {
    // Its path is part of the ARN, and only the role knows it.
    const role = cloud.state(IamState).findRole(accountId, RoleName);
    return [{ action: `iam:${action}`, resource: role?.arn ?? roleArn(accountId, '/', RoleName) }];
  };

/** The permission that an operation on one managed policy needs. */
export const onPolicy =
  (action: string) =>
  (input: { PolicyArn: string }): Permission[] => [{ action: `iam:${action}`, resource: input.PolicyArn }];

/** To make something with tags takes the right to tag it as well. */
export function toCreate(
  action: string,
  tagging: string,
  resource: string,
  tags: readonly unknown[] = [],
): Permission[] {
  const needed = tags.length === 0 ? [action] : [action, tagging];
  return needed.map((name) => ({ action: `iam:${name}`, resource }));
}

export function roleArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:role${path}${name}`;
}

export function policyArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:policy${path}${name}`;
}
