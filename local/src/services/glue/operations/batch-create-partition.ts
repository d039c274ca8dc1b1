import type { PartitionError } from '@aws-sdk/client-glue';
import { placeOf } from '../arn';
import { operation } from '../contract';
import { alreadyExists } from '../errors';
import { toPartition } from '../partition';

export const createPartition = operation('CreatePartition', {
  handle: (input, { state, cloud, caller }) =>
    state.transaction(() => {
      const [database, tableName] = placeOf(input);
      const partition = toPartition(
        input.PartitionInput,
        state.table(caller, database, tableName).table,
        cloud.clock.now(),
      );
      if (state.findPartition(caller, database, tableName, partition.Values ?? []) !== undefined) {
        throw alreadyExists('Partition');
      }
      state.putPartition(caller, partition);
    }),
});

/** Creates partitions; existing ones are reported one by one. */
export const batchCreatePartition = operation('BatchCreatePartition', {
  handle: async (input, { state, cloud, caller }) => {
    const [database, tableName] = placeOf(input);
    const Errors = await state.transaction(() => {
      const owner = state.table(caller, database, tableName).table;
      const partitions = input.PartitionInputList.map((wanted) => toPartition(wanted, owner, cloud.clock.now()));
      const errors: PartitionError[] = [];
      for (const partition of partitions) {
        if (state.findPartition(caller, database, tableName, partition.Values ?? []) === undefined) {
          state.putPartition(caller, partition);
          continue;
        }
        const { code, message } = alreadyExists('Partition');
        errors.push({ PartitionValues: partition.Values, ErrorDetail: { ErrorCode: code, ErrorMessage: message } });
      }
      return errors;
    });
    return Errors.length === 0 ? {} : { Errors };
  },
});
