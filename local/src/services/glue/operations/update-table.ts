import type { UpdateTableRequest, UpdateTableResponse } from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { any, boolean, structure } from '../../../core/shape';
import { catalogPermissions } from '../arn';
import { catalogId, name, tableInput, versionId } from '../constraints';
import { concurrentModification, invalidInput } from '../errors';
import { GlueState } from '../state';
import { checkTable, nextVersion } from '../table';

export const updateTable = operation<UpdateTableRequest, UpdateTableResponse>({
  name: 'UpdateTable',
  input: structure(
    {
      CatalogId: catalogId,
      DatabaseName: name,
      TableInput: tableInput,
      SkipArchive: boolean,
      VersionId: versionId,
      UpdateOpenTableFormatInput: any,
    },
    'DatabaseName TableInput',
  ),
  permissions: (input, { caller }) =>
    catalogPermissions('UpdateTable', caller, input.DatabaseName, input.TableInput?.Name),
  handle: async (input, { cloud, caller }) => {
    const wanted = input.TableInput;
    if (wanted === undefined) throw invalidInput('TableInput is required.');
    const state = cloud.state(GlueState);
    await state.transaction(() => {
      const before = state.table(caller, input.DatabaseName.toLowerCase(), wanted.Name.toLowerCase());
      if (input.VersionId !== undefined && input.VersionId !== before.table.VersionId) throw concurrentModification();
      const table = nextVersion(before.table, wanted, cloud.clock.now());
      checkTable(table);
      state.putTable(caller, { ...before, table }, input.SkipArchive !== true);
    });
    return {};
  },
});
