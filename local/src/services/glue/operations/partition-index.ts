import type {
  CreatePartitionIndexRequest,
  CreatePartitionIndexResponse,
  DeletePartitionIndexRequest,
  DeletePartitionIndexResponse,
} from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { catalogPermissions } from '../arn';
import { catalogId, name, partitionIndex } from '../constraints';
import { alreadyExists, entityNotFound } from '../errors';
import { GlueState } from '../state';

const table = { CatalogId: catalogId, DatabaseName: name, TableName: name };

export const createPartitionIndex = operation<CreatePartitionIndexRequest, CreatePartitionIndexResponse>({
  name: 'CreatePartitionIndex',
  input: structure({ ...table, PartitionIndex: partitionIndex }, 'DatabaseName TableName PartitionIndex'),
  permissions: (input, { caller }) =>
    catalogPermissions('CreatePartitionIndex', caller, input.DatabaseName, input.TableName),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    await state.transaction(() => {
      const stored = state.table(caller, input.DatabaseName.toLowerCase(), input.TableName.toLowerCase());
      const index = input.PartitionIndex;
      if (stored.indexes.some((other) => other.IndexName === index.IndexName)) throw alreadyExists('Index');
      state.putTable(caller, { ...stored, indexes: [...stored.indexes, index] }, true);
    });
    return {};
  },
});

export const deletePartitionIndex = operation<DeletePartitionIndexRequest, DeletePartitionIndexResponse>({
  name: 'DeletePartitionIndex',
  input: structure({ ...table, IndexName: name }, 'DatabaseName TableName IndexName'),
  permissions: (input, { caller }) =>
    catalogPermissions('DeletePartitionIndex', caller, input.DatabaseName, input.TableName),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    await state.transaction(() => {
      const stored = state.table(caller, input.DatabaseName.toLowerCase(), input.TableName.toLowerCase());
      const indexes = stored.indexes.filter((index) => index.IndexName !== input.IndexName);
      if (indexes.length === stored.indexes.length) throw entityNotFound();
      state.putTable(caller, { ...stored, indexes }, true);
    });
    return {};
  },
});
