import type {
  BatchUpdatePartitionRequest,
  BatchUpdatePartitionResponse,
  PartitionInput,
  UpdatePartitionRequest,
  UpdatePartitionResponse,
} from '@aws-sdk/client-glue';
import { AwsError } from '../../../core/errors';
import { operation } from '../../../core/operation';
import { list, structure } from '../../../core/shape';
import { onTable, placeOf } from '../arn';
import { partitionInput, partitionValues, tableReference } from '../constraints';
import { alreadyExists, partitionNotFound } from '../errors';
import { toPartition } from '../partition';
import { GlueState, type Owner } from '../state';

const change = structure(
  { PartitionValueList: partitionValues, PartitionInput: partitionInput },
  'PartitionValueList PartitionInput',
);

/** Changes a partition, its values too. Inside a transaction. */
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
  state.removePartition(owner, ...at, values);
  state.putPartition(owner, { ...partition, CreationTime: before.CreationTime });
}

export const updatePartition = operation<UpdatePartitionRequest, UpdatePartitionResponse>({
  name: 'UpdatePartition',
  input: structure(
    { ...tableReference, ...change.members },
    'DatabaseName TableName PartitionValueList PartitionInput',
  ),
  permissions: onTable('UpdatePartition'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    const at = placeOf(input);
    await state.transaction(() => {
      state.table(caller, ...at);
      replace(state, caller, at, input.PartitionValueList, input.PartitionInput, cloud.clock.now());
    });
    return {};
  },
});

export const batchUpdatePartition = operation<BatchUpdatePartitionRequest, BatchUpdatePartitionResponse>({
  name: 'BatchUpdatePartition',
  input: structure(
    { ...tableReference, Entries: list(change, { min: 1, max: 100 }) },
    'DatabaseName TableName Entries',
  ),
  permissions: onTable('BatchUpdatePartition'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
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
