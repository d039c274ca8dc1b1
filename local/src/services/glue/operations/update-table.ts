import { catalogArns } from '../arn';
import { operation } from '../contract';
import { concurrentModification, invalidInput } from '../errors';
import { checkTable, nextVersion } from '../table';

export const updateTable = operation('UpdateTable', {
  resource: (input, { caller }) => catalogArns(caller, input.DatabaseName, input.TableInput?.Name),
  handle: async (input, { state, cloud, caller }) => {
    const wanted = input.TableInput;
    if (wanted === undefined) throw invalidInput('TableInput is required.');
    await state.transaction(() => {
      const before = state.table(caller, input.DatabaseName.toLowerCase(), wanted.Name.toLowerCase());
      if (input.VersionId !== undefined && input.VersionId !== before.table.VersionId) throw concurrentModification();
      const table = nextVersion(before.table, wanted, cloud.clock.now());
      checkTable(table);
      state.putTable(caller, { ...before, table }, input.SkipArchive !== true);
    });
  },
});
