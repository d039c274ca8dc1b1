import type { DeleteDatabaseRequest, DeleteDatabaseResponse } from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { catalogPermissions, databaseArn } from '../arn';
import { catalogId, name } from '../constraints';
import { GlueState } from '../state';

/** Removes the tables in it too, as AWS does in its own time. */
export const deleteDatabase = operation<DeleteDatabaseRequest, DeleteDatabaseResponse>({
  name: 'DeleteDatabase',
  input: structure({ CatalogId: catalogId, Name: name }, 'Name'),
  permissions: (input, { caller }) => catalogPermissions('DeleteDatabase', caller, input.Name),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    const wanted = input.Name.toLowerCase();
    await state.transaction(() => {
      state.database(caller, wanted);
      state.removeDatabase(caller, wanted);
      state.putTags(databaseArn(caller, wanted), {});
    });
    return {};
  },
});
