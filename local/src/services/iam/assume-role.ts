import type { Cloud } from '../../core/cloud';
import type { Caller, Session } from '../../core/operation';
import { ownerOf, parseArn } from '../../core/owner';
import { contextOf } from './authorize';
import { accessDenied } from './errors';
import { evaluate, type RequestPrincipal } from './policy/evaluate';
import { IamState, type StoredRole } from './state';

export interface AssumeRoleOptions {
  /** The service's `sts:ExternalId`; Firehose uses the account's id. */
  readonly externalId?: string;
  readonly region: string;
  /** Session name in the caller's ARN. @default the service's short name, such as `firehose` */
  readonly sessionName?: string;
  /** `aws:SourceArn`: the resource for which the service acts. */
  readonly sourceArn?: string;
}

/**
 * Assumes a role for a service, after checking the role's trust policy.
 * @param servicePrincipal such as `firehose.amazonaws.com`
 * @returns a caller whose every call is checked against the role's policies
 * @throws AwsError `AccessDenied` if the role doesn't exist or doesn't trust the service
 */
export function assumeRole(
  cloud: Cloud,
  roleArn: string,
  servicePrincipal: string,
  options: AssumeRoleOptions,
): Caller {
  const role = cloud.state(IamState).roleByArn(roleArn);
  const accountId = parseArn(roleArn)?.accountId ?? '';
  const conditions: Record<string, string> = { 'aws:SourceAccount': accountId };
  if (options.externalId !== undefined) conditions['sts:ExternalId'] = options.externalId;
  if (options.sourceArn !== undefined) conditions['aws:SourceArn'] = options.sourceArn;
  const asking: Caller = { accountId, region: options.region, principalArn: servicePrincipal };
  const trusted =
    role !== undefined && trusts(cloud, role, asking, { kind: 'Service', names: [servicePrincipal] }, conditions);
  if (!trusted) throw accessDenied(servicePrincipal, 'sts:AssumeRole', roleArn);
  const sessionName = options.sessionName ?? (servicePrincipal.split('.')[0] as string);
  return sessionOf(role, options.region, sessionName);
}

/** Whether a role's trust policy allows a principal to assume it, with the request's condition keys. */
export function trusts(
  cloud: Cloud,
  role: StoredRole,
  asking: Caller,
  principal: RequestPrincipal,
  conditions: Readonly<Record<string, string | readonly string[]>>,
  action = 'sts:AssumeRole',
): boolean {
  const statements = cloud.state(IamState).statements(role.trustPolicy, 'trust');
  const context = contextOf(cloud, asking, { conditions }, undefined);
  return evaluate(statements, { action, principal, context }) === 'allow';
}

/** The caller of a role's session. */
export function sessionOf(role: StoredRole, region: string, sessionName: string, session: Session = {}): Caller {
  const accountId = ownerOf(role.arn).accountId;
  return {
    accountId,
    region,
    principalArn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    roleArn: role.arn,
    ...(session.policies === undefined && session.tags === undefined ? {} : { session }),
  };
}
