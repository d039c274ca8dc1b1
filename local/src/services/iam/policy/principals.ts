import type { IamState } from '../state';
import type { PrincipalPattern, Statement } from './document';

/**
 * The first principal of a policy that is a role of the account and isn't there: whatever holds the policy refuses it
 * when it is put. Roles of other accounts are taken.
 */
export function missingRole(
  iam: IamState,
  accountId: string,
  statements: readonly Statement[],
): PrincipalPattern | undefined {
  const named = statements.flatMap(({ principals = [], notPrincipals = [] }) => [...principals, ...notPrincipals]);
  return named.find(
    ({ value }) => value.startsWith(`arn:aws:iam::${accountId}:role/`) && iam.roleByArn(value) === undefined,
  );
}
