import type { Database } from '@aws-sdk/client-glue';
import { catalogArns, databaseArn } from '../arn';
import { operation } from '../contract';
import { alreadyExists } from '../errors';

/** Default permissions of a database's tables: IAM's alone, without Lake Formation. */
const DEFAULT_PERMISSIONS: NonNullable<Database['CreateTableDefaultPermissions']> = [
  { Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, Permissions: ['ALL'] },
];

export const createDatabase = operation('CreateDatabase', {
  resource: (input, { caller }) => catalogArns(caller, input.DatabaseInput.Name),
  handle: async (input, { state, cloud, caller }) => {
    const name = input.DatabaseInput.Name.toLowerCase();
    await state.transaction(() => {
      if (state.databases.get(caller, name) !== undefined) throw alreadyExists('Database');
      state.databases.put(caller, [name], {
        CreateTableDefaultPermissions: DEFAULT_PERMISSIONS,
        ...input.DatabaseInput,
        Name: name,
        CreateTime: new Date(cloud.clock.now()),
        CatalogId: caller.accountId,
      });
      state.tags.put(databaseArn(caller, name), input.Tags ?? {});
    });
  },
});
