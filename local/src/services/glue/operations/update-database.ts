import type { UpdateDatabaseRequest, UpdateDatabaseResponse } from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { catalogPermissions } from '../arn';
import { catalogId, databaseInput, name } from '../constraints';
import { invalidInput } from '../errors';
import { GlueState } from '../state';

export const updateDatabase = operation<UpdateDatabaseRequest, UpdateDatabaseResponse>({
  name: 'UpdateDatabase',
  input: structure({ CatalogId: catalogId, Name: name, DatabaseInput: databaseInput }, 'Name DatabaseInput'),
  permissions: (input, { caller }) => catalogPermissions('UpdateDatabase', caller, input.Name),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    const wanted = input.Name.toLowerCase();
    if (input.DatabaseInput.Name.toLowerCase() !== wanted) throw invalidInput('A database can not be renamed.');
    await state.transaction(() => {
      const { CreateTime, CatalogId, CreateTableDefaultPermissions } = state.database(caller, wanted);
      state.putDatabase(caller, {
        CreateTableDefaultPermissions,
        ...input.DatabaseInput,
        Name: wanted,
        CreateTime,
        CatalogId,
      });
    });
    return {};
  },
});
