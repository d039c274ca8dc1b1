import { rootArn } from '../../../core/owner';
import { conditionsHold } from './conditions';
import type { PrincipalPattern, Statement } from './document';
import { type ConditionContext, globMatches, substitute } from './glob';

/** The caller, for principals of trust and resource-based policies. */
export interface RequestPrincipal {
  readonly kind: 'AWS' | 'Service' | 'Federated';
  /** All names of the principal: role ARN, session ARN; or the service's name. */
  readonly names: readonly string[];
  /** Account whose `root` includes the principal. */
  readonly accountId?: string;
}

/** A request to evaluate. */
export interface AccessRequest {
  readonly action: string;
  readonly resource?: string;
  readonly context: ConditionContext;
  readonly principal?: RequestPrincipal;
}

/**
 * Result of policies; `none`: no statement applies, so another policy may decide, and otherwise the request is denied.
 */
export type Decision = 'allow' | 'deny' | 'none';

/** Evaluates statements: an explicit Deny wins over every Allow. */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  let decision: Decision = 'none';
  for (const statement of statements) {
    if (!applies(statement, request)) continue;
    if (statement.effect === 'Deny') return 'deny';
    decision = 'allow';
  }
  return decision;
}

function applies(statement: Statement, request: AccessRequest): boolean {
  return (
    matchesAction(statement, request.action) &&
    matchesResource(statement, request) &&
    matchesPrincipal(statement, request.principal) &&
    conditionsHold(statement.conditions, request.context)
  );
}

function matchesAction({ actions, notActions }: Statement, action: string): boolean {
  const wanted = action.toLowerCase();
  const matches = (pattern: string) => globMatches(pattern.toLowerCase(), wanted);
  if (notActions !== undefined) return !notActions.some(matches);
  return actions?.some(matches) ?? false;
}

function matchesResource({ resources, notResources }: Statement, { resource, context }: AccessRequest): boolean {
  // Trust policies name no resource: it is their role.
  if (resource === undefined || (resources === undefined && notResources === undefined)) return true;
  const matches = (pattern: string) => {
    const text = substitute(pattern, context);
    return text !== undefined && globMatches(text, resource);
  };
  if (notResources !== undefined) return !notResources.some(matches);
  return resources?.some(matches) ?? false;
}

function matchesPrincipal({ principals, notPrincipals }: Statement, principal: RequestPrincipal | undefined): boolean {
  // Identity policies name no principal: it is their owner.
  if (principals === undefined && notPrincipals === undefined) return true;
  if (principal === undefined) return false;
  const matches = (pattern: PrincipalPattern) => principalMatches(pattern, principal);
  if (notPrincipals !== undefined) return !notPrincipals.some(matches);
  return principals?.some(matches) ?? false;
}

function principalMatches({ kind, value }: PrincipalPattern, principal: RequestPrincipal): boolean {
  if (kind !== principal.kind) return kind === 'AWS' && value === '*';
  if (value === '*' || principal.names.includes(value)) return true;
  return principal.accountId !== undefined && (value === principal.accountId || value === rootArn(principal.accountId));
}
