import type { Cloud } from '../../core/cloud';
import type { Caller, Permission } from '../../core/operation';
import { isForeign } from '../../core/owner';
import { accessDenied } from './errors';
import { type Decision, evaluate, type RequestPrincipal } from './policy/evaluate';
import type { ConditionContext } from './policy/glob';
import { IamState, type StoredRole } from './state';

/**
 * Decides as AWS does for a role ("Policy evaluation logic"). An explicit Deny anywhere wins. Then, in the role's own
 * account, the resource-based policy may allow the session or the role by name, or an identity policy must; except
 * where the resource-based policy has to agree (a key's, a role's trust). In another account both must. The permissions
 * boundary, if there is one, and the session policies limit everything but grants to the session itself.
 * @throws AwsError `AccessDenied` or `AccessDeniedException`, by the service, in AWS's wording
 */
export function authorize(cloud: Cloud, caller: Caller, permission: Permission): void {
  const state = cloud.state(IamState);
  const { action, resource } = permission;
  const deny = (reason: string) => accessDenied(caller.principalArn, action, resource, reason);
  const role = caller.roleArn === undefined ? undefined : state.roleByArn(caller.roleArn);
  const context = contextOf(cloud, caller, permission, role);
  const decide = (documents: readonly string[]): Decision =>
    evaluate(
      documents.flatMap((document) => state.statements(document, 'identity')),
      { action, resource, context },
    );
  const policy = cloud.resourcePolicyOf(permission);
  const statements = policy?.documents.flatMap((text) => state.statements(text, policy.kind ?? 'resource')) ?? [];
  const byResource = (principal: RequestPrincipal): Decision =>
    evaluate(statements, { action, resource, context, principal });

  // An account's owner may do anything within the account.
  const identity = caller.roleArn === undefined ? 'allow' : decide(role === undefined ? [] : state.documentsOf(role));
  if (identity === 'deny') throw deny('with an explicit deny in an identity-based policy');
  const boundary = role?.boundaryArn === undefined ? 'allow' : decide(state.defaultDocument(role.boundaryArn));
  if (boundary === 'deny') throw deny('with an explicit deny in a permissions boundary');
  const session = caller.session?.policies === undefined ? 'allow' : decide(caller.session.policies);
  if (session === 'deny') throw deny('with an explicit deny in a session policy');
  const toAccount = byResource({ ...principalOf(caller), accountId: caller.accountId });
  if (toAccount === 'deny') throw deny('with an explicit deny in a resource-based policy');

  const foreign = isForeign(resource, caller.accountId);
  if (!foreign && byResource({ kind: 'AWS', names: [caller.principalArn] }) === 'allow') return;
  const byName = !foreign && byResource(principalOf(caller)) === 'allow';
  const resourceAgrees = toAccount === 'allow' || !(foreign || policy?.mustAgree === true);
  if (!byName && !resourceAgrees) throw deny(`because no resource-based policy allows the ${action} action`);
  if (!byName && identity !== 'allow') throw deny(`because no identity-based policy allows the ${action} action`);
  if (session !== 'allow') throw deny(`because no session policy allows the ${action} action`);
  if (boundary !== 'allow') throw deny(`because no permissions boundary allows the ${action} action`);
}

/**
 * Whether a service may act on a resource for one of its own resources: by the policy of the former.
 * @param source ARN of the service's resource, such as an alarm's
 */
export function serviceMay(
  cloud: Cloud,
  service: string,
  source: string,
  { accountId, region }: Pick<Caller, 'accountId' | 'region'>,
  { action, resource }: Pick<Permission, 'action' | 'resource'>,
): boolean {
  const state = cloud.state(IamState);
  const policy = cloud.resourcePolicyOf({ action, resource });
  const conditions = { 'aws:SourceArn': source, 'aws:SourceAccount': accountId, 'aws:SourceOwner': accountId };
  const context = contextOf(cloud, { accountId, region, principalArn: service }, { conditions }, undefined);
  const statements = policy?.documents.flatMap((document) => state.statements(document, 'resource')) ?? [];
  const principal = { kind: 'Service', names: [service] } as const;
  return evaluate(statements, { action, resource, context, principal }) === 'allow';
}

/** @throws AwsError `AccessDenied…` unless {@link serviceMay} */
export function requireServiceMay(...[cloud, service, source, owner, permission]: Parameters<typeof serviceMay>): void {
  if (!serviceMay(cloud, service, source, owner, permission))
    throw accessDenied(service, permission.action, permission.resource);
}

/** The caller's names in resource-based policies. */
export function principalOf(caller: Caller): RequestPrincipal {
  const names = caller.roleArn === undefined ? [caller.principalArn] : [caller.roleArn, caller.principalArn];
  return { kind: 'AWS', names };
}

/** The global condition keys of a local request, and its operation's. */
export function contextOf(
  cloud: Cloud,
  caller: Caller,
  permission: Pick<Permission, 'conditions'>,
  role: StoredRole | undefined,
): ConditionContext {
  const now = cloud.clock.now();
  const isService = !caller.principalArn.startsWith('arn:');
  const values: Record<string, string | readonly string[]> = {
    // Set to true: a policy that requires TLS is about networks, and loopback is none.
    'aws:securetransport': 'true',
    'aws:sourceip': '127.0.0.1',
    'aws:currenttime': new Date(now).toISOString(),
    'aws:epochtime': String(Math.floor(now / 1000)),
    'aws:requestedregion': caller.region,
    'aws:resourceaccount': caller.accountId,
    'aws:principalisawsservice': String(isService),
    'kms:calleraccount': caller.accountId,
  };
  if (isService) {
    values['aws:principalservicename'] = caller.principalArn;
  } else {
    values['aws:principalaccount'] = caller.accountId;
    values['aws:principalarn'] = caller.roleArn ?? caller.principalArn;
    values['aws:principaltype'] = caller.roleArn === undefined ? 'Account' : 'AssumedRole';
    values['aws:userid'] = role === undefined ? caller.accountId : `${role.id}:${caller.principalArn.split('/').pop()}`;
  }
  // Session tags override the role's tags of the same keys.
  for (const { Key, Value } of [...(role?.tags ?? []), ...(caller.session?.tags ?? [])])
    values[`aws:principaltag/${Key.toLowerCase()}`] = Value;
  for (const [name, value] of Object.entries(permission.conditions ?? {})) values[name.toLowerCase()] = value;
  values['aws:viaawsservice'] = String(values['kms:viaservice'] !== undefined);
  return new Map(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]));
}
