import type { IamState } from '../state';
import type { PrincipalPattern, Statement } from './document';

/**
 * The first principal of a policy that is a missing role of the account: a resource refuses such a policy when it is
 * put. Roles of other accounts are accepted.
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
