import type { Context } from '../../core/operation';
import { IamState } from './state';

/** ARN of an input's role. */
export function namedRole(
  { RoleName }: { readonly RoleName: string },
  { cloud, caller: { accountId } }: Context,
): string {
  // Stored role's ARN, since it contains the path, which the input lacks.
  return cloud.state(IamState).findRole(accountId, RoleName)?.arn ?? roleArn(accountId, '/', RoleName);
}

export function roleArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:role${path}${name}`;
}

export function profileArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:instance-profile${path}${name}`;
}

/** ARN of an input's instance profile. */
export function namedProfile(
  { InstanceProfileName }: { readonly InstanceProfileName: string },
  { cloud, caller: { accountId } }: Context,
): string {
  const found = cloud.state(IamState).profiles.get([accountId, InstanceProfileName]);
  return found?.arn ?? profileArn(accountId, '/', InstanceProfileName);
}

export function policyArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:policy${path}${name}`;
}

/** Resources of operations, by the input member that names them. */
export const resources = {
  InstanceProfileName: namedProfile,
  RoleName: namedRole,
  PolicyArn: ({ PolicyArn }: { readonly PolicyArn: string }) => PolicyArn,
};
