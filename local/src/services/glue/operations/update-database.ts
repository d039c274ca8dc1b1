import { catalogArns } from '../arn';
import { operation } from '../contract';
import { invalidInput } from '../errors';

export const updateDatabase = operation('UpdateDatabase', {
  resource: (input, { caller }) => catalogArns(caller, input.Name),
  handle: async (input, { state, caller }) => {
    const wanted = input.Name.toLowerCase();
    if (input.DatabaseInput.Name.toLowerCase() !== wanted) throw invalidInput('A database can not be renamed.');
    await state.transaction(() => {
      const { CreateTime, CatalogId, CreateTableDefaultPermissions } = state.databases.require(caller, wanted);
      state.databases.put(caller, [wanted], {
        CreateTableDefaultPermissions,
        ...input.DatabaseInput,
        Name: wanted,
        CreateTime,
        CatalogId,
      });
    });
  },
});
