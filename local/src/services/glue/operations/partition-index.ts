import type {
  CreatePartitionIndexRequest,
  CreatePartitionIndexResponse,
  DeletePartitionIndexRequest,
  DeletePartitionIndexResponse,
} from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { onTable, placeOf } from '../arn';
import { name, partitionIndex, tableReference } from '../constraints';
import { alreadyExists, entityNotFound } from '../errors';
import { GlueState } from '../state';

export const createPartitionIndex = operation<CreatePartitionIndexRequest, CreatePartitionIndexResponse>({
  name: 'CreatePartitionIndex',
  input: structure({ ...tableReference, PartitionIndex: partitionIndex }, 'DatabaseName TableName PartitionIndex'),
  permissions: onTable('CreatePartitionIndex'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    await state.transaction(() => {
      const stored = state.table(caller, ...placeOf(input));
      const index = input.PartitionIndex;
      if (stored.indexes.some((other) => other.IndexName === index.IndexName)) throw alreadyExists('Index');
      state.putTable(caller, { ...stored, indexes: [...stored.indexes, index] }, true);
    });
    return {};
  },
});

export const deletePartitionIndex = operation<DeletePartitionIndexRequest, DeletePartitionIndexResponse>({
  name: 'DeletePartitionIndex',
  input: structure({ ...tableReference, IndexName: name }, 'DatabaseName TableName IndexName'),
  permissions: onTable('DeletePartitionIndex'),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    await state.transaction(() => {
      const stored = state.table(caller, ...placeOf(input));
      const indexes = stored.indexes.filter((index) => index.IndexName !== input.IndexName);
      if (indexes.length === stored.indexes.length) throw entityNotFound();
      state.putTable(caller, { ...stored, indexes }, true);
    });
    return {};
  },
});
