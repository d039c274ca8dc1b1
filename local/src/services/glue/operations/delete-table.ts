import { catalogArns } from '../arn';
import { operation } from '../contract';
import { tableNotFound } from '../errors';

/** Deletes a table with its versions and partitions. */
export const deleteTable = operation('DeleteTable', {
  resource: (input, { caller }) => catalogArns(caller, input.DatabaseName, input.Name),
  handle: async (input, { state, caller }) => {
    const [database, table] = [input.DatabaseName.toLowerCase(), input.Name.toLowerCase()];
    await state.transaction(() => {
      state.table(caller, database, table);
      state.removeTable(caller, database, table);
    });
  },
});

export const batchDeleteTable = operation('BatchDeleteTable', {
  resource: (input, { caller }) =>
    input.TablesToDelete.flatMap((table) => catalogArns(caller, input.DatabaseName, table)),
  handle: async (input, { state, caller }) => {
    const database = input.DatabaseName.toLowerCase();
    const missing = await state.transaction(() => {
      state.databases.require(caller, database);
      const unknown: string[] = [];
      for (const table of input.TablesToDelete.map((wanted) => wanted.toLowerCase())) {
        if (state.tables.get(caller, database, table) === undefined) unknown.push(table);
        else state.removeTable(caller, database, table);
      }
      return unknown;
    });
    return {
      Errors: missing.map((table) => {
        const error = tableNotFound(table);
        return { TableName: table, ErrorDetail: { ErrorCode: error.code, ErrorMessage: error.message } };
      }),
    };
  },
});
