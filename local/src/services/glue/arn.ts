import type { Caller, Context } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';
import { accessDenied } from '../iam/errors';
import { catalogNotFound } from './errors';

const arn = (owner: Owner, resource: string) => arnOf('glue', owner, resource);
export const databaseArn = (owner: Owner, database: string) => arn(owner, `database/${database}`);
export const tableArn = (owner: Owner, database: string, table: string) => arn(owner, `table/${database}/${table}`);

/**
 * Resources of an action on the catalog: it must be allowed on the catalog, the database and the table (AWS Glue's
 * "Specifying Glue resource ARNs": a resource needs all its ancestors).
 */
export function catalogArns(owner: Owner, database?: string, table?: string): string[] {
  const resources = [arn(owner, 'catalog')];
  if (database !== undefined) resources.push(databaseArn(owner, database.toLowerCase()));
  if (database !== undefined && table !== undefined)
    resources.push(tableArn(owner, database.toLowerCase(), table.toLowerCase()));
  return resources;
}

/**
 * @throws AwsError `AccessDeniedException` for another account's catalog, which no resource policy here shares,
 * `EntityNotFoundException` for one that isn't an account's
 */
export function requireOwnCatalog(
  action: string,
  { CatalogId }: { readonly CatalogId?: string },
  caller: Caller,
): void {
  if (CatalogId === undefined || CatalogId === caller.accountId) return;
  if (!/^\d{12}$/.test(CatalogId)) throw catalogNotFound(CatalogId);
  throw accessDenied(caller.principalArn, `glue:${action}`, arn({ ...caller, accountId: CatalogId }, 'catalog'));
}

/** A table's database and name, in lower case as the catalog stores them. */
export function placeOf(input: { readonly DatabaseName: string; readonly TableName: string }): [string, string] {
  return [input.DatabaseName.toLowerCase(), input.TableName.toLowerCase()];
}

/** Resources of an action on a table, its partitions or its versions. */
export const namedTable = (input: { readonly DatabaseName: string; readonly TableName: string }, { caller }: Context) =>
  catalogArns(caller, input.DatabaseName, input.TableName);

/** Resources of operations, by the input member that names them. */
export const resources = {
  ResourceArn: ({ ResourceArn }: { readonly ResourceArn: string }) => ResourceArn,
  TableName: namedTable,
};
