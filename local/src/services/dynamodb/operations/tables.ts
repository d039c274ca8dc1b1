import { operationOf } from '../contract';
import { resourceInUse, validation } from '../errors';
import { endStream } from '../streams/shards';
import { type CreateTableInput, createTable as create } from '../tables/create';
import { describeTable as describe } from '../tables/describe';
import { type UpdateTableInput, updateTable as update } from '../tables/update';

interface TableInput {
  readonly TableName: string;
}

export const createTable = operationOf<CreateTableInput, object>('CreateTable', {
  handle: async (input, { state, caller }) => {
    return { TableDescription: describe(state, await create(state, caller, input)) };
  },
});

export const describeTable = operationOf<TableInput, object>('DescribeTable', {
  handle: ({ TableName }, { state, caller }) => {
    return { Table: describe(state, state.named(caller, TableName)) };
  },
});

export const updateTable = operationOf<UpdateTableInput, object>('UpdateTable', {
  handle: async (input, { state, caller }) => {
    return { TableDescription: describe(state, await update(state, caller, input)) };
  },
});

export const deleteTable = operationOf<TableInput, object>('DeleteTable', {
  handle: async ({ TableName }, { state, caller }) => {
    const table = await state.change(() => {
      const { info } = state.named(caller, TableName);
      const status = state.statusOf(info);
      if (status === 'CREATING' || status === 'DELETING')
        throw resourceInUse(
          `Attempt to change a resource which is still in use: Table is being ${status === 'CREATING' ? 'created' : 'deleted'}: ${TableName}`,
        );
      if (info.deletionProtection)
        throw validation(
          `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
        );
      const { stream, ...rest } = info;
      if (stream !== undefined) endStream(state, stream);
      return state.put({ ...rest, ...(stream !== undefined && { latestStream: stream }), status: 'DELETING' });
    });
    state.removeLater(table.info);
    return { TableDescription: describe(state, table) };
  },
});

const MAX_NAMES = 100;

export const listTables = operationOf<
  { readonly ExclusiveStartTableName?: string; readonly Limit?: number },
  { TableNames: string[]; LastEvaluatedTableName?: string }
>('ListTables', {
  handle: ({ ExclusiveStartTableName: start, Limit: limit = MAX_NAMES }, { state, caller }) => {
    const TableNames: string[] = [];
    for (const name of state.list(caller, start)) {
      if (TableNames.length === limit) return { TableNames, LastEvaluatedTableName: TableNames[limit - 1] as string };
      TableNames.push(name);
    }
    return { TableNames };
  },
});
