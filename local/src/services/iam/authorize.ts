import type { Cloud } from '../../core/cloud';
import type { Caller, Permission } from '../../core/operation';
import { accessDenied } from './errors';
import { type Decision, evaluate, type RequestPrincipal } from './policy/evaluate';
import type { ConditionContext } from './policy/glob';
import { IamState, type RoleRecord } from './state';

/**
 * Decides as AWS does for a role in its own account ("Policy evaluation logic"): an explicit Deny anywhere wins; else
 * the resource's policy may allow the role by name; else an identity policy must, and the boundary too if there is one.
 * @throws AwsError `AccessDenied` or `AccessDeniedException`, by the service's protocol, in AWS's wording.
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

  const identity = decide(role === undefined ? [] : state.documentsOf(role));
  if (identity === 'deny') throw deny('with an explicit deny in an identity-based policy');
  const boundary = role?.boundaryArn === undefined ? 'allow' : decide([state.defaultDocument(role.boundaryArn)]);
  if (boundary === 'deny') throw deny('with an explicit deny in a permissions boundary');
  const byResource = evaluateResourcePolicy(state, permission, principalOf(caller), context);
  if (byResource === 'deny') throw deny('with an explicit deny in a resource-based policy');
  if (byResource === 'allow') return;
  if (identity !== 'allow') throw deny(`because no identity-based policy allows the ${action} action`);
  if (boundary !== 'allow') throw deny(`because no permissions boundary allows the ${action} action`);
}

function evaluateResourcePolicy(
  state: IamState,
  permission: Permission,
  principal: RequestPrincipal,
  context: ConditionContext,
): Decision {
  const { action, resource } = permission;
  for (const source of state.resourcePolicies) {
    const document = source(permission);
    if (document === undefined) continue;
    return evaluate(state.statements(document, 'resource'), { action, resource, context, principal });
  }
  return 'none';
}

/** The names that a caller goes by in resource policies. A grant to its account's root leaves it to identity policies. */
function principalOf(caller: Caller): RequestPrincipal {
  const names = caller.roleArn === undefined ? [caller.principalArn] : [caller.roleArn, caller.principalArn];
  return { kind: 'AWS', names };
}

/** The global condition keys that a local request can have, and the ones that its operation gives. */
export function contextOf(
  cloud: Cloud,
  caller: Caller,
  permission: Pick<Permission, 'conditions'>,
  role: RoleRecord | undefined,
): ConditionContext {
  const now = cloud.clock.now();
  const values: Record<string, string> = {
    // No TLS is needed on loopback: a policy that asks for it means the network, of which there is none here.
    'aws:securetransport': 'true',
    'aws:sourceip': '127.0.0.1',
    'aws:currenttime': new Date(now).toISOString(),
    'aws:epochtime': String(Math.floor(now / 1000)),
    'aws:requestedregion': caller.region,
    'aws:principalaccount': caller.accountId,
    'aws:principalarn': caller.roleArn ?? caller.principalArn,
    'aws:principaltype': caller.roleArn === undefined ? 'Account' : 'AssumedRole',
  };
  if (role !== undefined) values['aws:userid'] = `${role.id}:${caller.principalArn.split('/').pop()}`;
  for (const { Key, Value } of role?.tags ?? []) values[`aws:principaltag/${Key.toLowerCase()}`] = Value;
  for (const [name, value] of Object.entries(permission.conditions ?? {})) values[name.toLowerCase()] = value;
  return new Map(Object.entries(values).map(([name, value]) => [name, [value]]));
}
