import { catalogArns, databaseArn } from '../arn';
import { operation } from '../contract';

/** Deletes a database with its tables, which AWS deletes asynchronously. */
export const deleteDatabase = operation('DeleteDatabase', {
  resource: (input, { caller }) => catalogArns(caller, input.Name),
  handle: async (input, { state, caller }) => {
    const wanted = input.Name.toLowerCase();
    await state.transaction(() => {
      state.databases.require(caller, wanted);
      state.removeDatabase(caller, wanted);
      state.tags.remove(databaseArn(caller, wanted));
    });
  },
});
