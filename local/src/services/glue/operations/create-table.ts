import { catalogPermissions } from '../arn';
import { operation } from '../contract';
import { alreadyExists, invalidInput } from '../errors';
import { GlueState } from '../state';
import { checkTable, newTable } from '../table';

export const createTable = operation('CreateTable', {
  permissions: (input, { caller }) =>
    catalogPermissions('CreateTable', caller, input.DatabaseName, input.TableInput?.Name),
  handle: async (input, { cloud, caller }) => {
    if (input.TableInput === undefined) throw invalidInput('TableInput is required.');
    if (input.OpenTableFormatInput !== undefined) throw invalidInput('Open table formats are not supported here.');
    const state = cloud.state(GlueState);
    const table = newTable(input.TableInput, input.DatabaseName.toLowerCase(), caller, cloud.clock.now());
    checkTable(table);
    await state.transaction(() => {
      state.database(caller, table.DatabaseName as string);
      if (state.findTable(caller, table.DatabaseName as string, table.Name as string) !== undefined) {
        throw alreadyExists('Table');
      }
      state.putTable(caller, { table, indexes: input.PartitionIndexes ?? [] }, false);
    });
    return {};
  },
});
