import type { PartitionInput } from '@aws-sdk/client-glue';
import { AwsError } from '../../../core/errors';
import { placeOf } from '../arn';
import { operation } from '../contract';
import { alreadyExists, partitionNotFound } from '../errors';
import { toPartition } from '../partition';
import type { GlueState, Owner } from '../state';

/** Replaces a partition, possibly with other values; within a transaction. */
function replace(
  state: GlueState,
  owner: Owner,
  at: [string, string],
  values: string[],
  input: PartitionInput,
  now: number,
) {
  const before = state.findPartition(owner, ...at, values);
  if (before === undefined) throw partitionNotFound();
  const partition = toPartition(input, state.table(owner, ...at).table, now);
  const renamed = JSON.stringify(partition.Values) !== JSON.stringify(values);
  if (renamed && state.findPartition(owner, ...at, partition.Values ?? []) !== undefined) {
    throw alreadyExists('Partition');
  }
  if (renamed) state.removePartition(owner, ...at, values);
  state.putPartition(owner, { ...partition, CreationTime: before.CreationTime });
}

export const updatePartition = operation('UpdatePartition', {
  handle: async (input, { state, cloud, caller }) => {
    const at = placeOf(input);
    await state.transaction(() => {
      state.table(caller, ...at);
      replace(state, caller, at, input.PartitionValueList, input.PartitionInput, cloud.clock.now());
    });
  },
});

export const batchUpdatePartition = operation('BatchUpdatePartition', {
  handle: async (input, { state, cloud, caller }) => {
    const at = placeOf(input);
    const Errors = await state.transaction(() => {
      state.table(caller, ...at);
      return input.Entries.flatMap((entry) => {
        try {
          replace(state, caller, at, entry.PartitionValueList, entry.PartitionInput, cloud.clock.now());
          return [];
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          const ErrorDetail = { ErrorCode: error.code, ErrorMessage: error.message };
          return [{ PartitionValueList: entry.PartitionValueList, ErrorDetail }];
        }
      });
    });
    return Errors.length === 0 ? {} : { Errors };
  },
});
