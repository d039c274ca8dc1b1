import type { Caller, Permission } from '../../core/operation';

type Owner = Pick<Caller, 'accountId' | 'region'>;

const arn = (owner: Owner, resource: string) => `arn:aws:glue:${owner.region}:${owner.accountId}:${resource}`;
export const databaseArn = (owner: Owner, database: string) => arn(owner, `database/${database}`);
export const tableArn = (owner: Owner, database: string, table: string) => arn(owner, `table/${database}/${table}`);

/**
 * What an action on the catalog needs: it must be allowed on the catalog, on the database and on the table
 * (AWS Glue's "Specifying Glue resource ARNs": a resource needs all its ancestors).
 */
export function catalogPermissions(action: string, owner: Owner, database?: string, table?: string): Permission[] {
  const resources = [arn(owner, 'catalog')];
  if (database !== undefined) resources.push(databaseArn(owner, database.toLowerCase()));
  if (database !== undefined && table !== undefined) {
    resources.push(tableArn(owner, database.toLowerCase(), table.toLowerCase()));
  }
  return resources.map((resource) => ({ action: `glue:${action}`, resource }));
}
