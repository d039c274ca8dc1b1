import { placeOf } from '../arn';
import { operation } from '../contract';
import { partitionNotFound } from '../errors';

export const deletePartition = operation('DeletePartition', {
  handle: async (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    await state.transaction(() => {
      state.table(caller, database, tableName);
      if (state.findPartition(caller, database, tableName, input.PartitionValues) === undefined) {
        throw partitionNotFound();
      }
      state.removePartition(caller, database, tableName, input.PartitionValues);
    });
  },
});

export const batchDeletePartition = operation('BatchDeletePartition', {
  handle: async (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    const missing = await state.transaction(() => {
      state.table(caller, database, tableName);
      return input.PartitionsToDelete.filter(({ Values }) => {
        if (state.findPartition(caller, database, tableName, Values) === undefined) return true;
        state.removePartition(caller, database, tableName, Values);
        return false;
      });
    });
    const { code, message } = partitionNotFound();
    return {
      Errors: missing.map(({ Values }) => ({
        PartitionValues: Values,
        ErrorDetail: { ErrorCode: code, ErrorMessage: message },
      })),
    };
  },
});
