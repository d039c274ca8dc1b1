import type {
  BatchDeletePartitionRequest,
  BatchDeletePartitionResponse,
  DeletePartitionRequest,
  DeletePartitionResponse,
} from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { list, structure } from '../../../core/shape';
import { catalogPermissions } from '../arn';
import { catalogId, name, partitionValues } from '../constraints';
import { partitionNotFound } from '../errors';
import { GlueState } from '../state';

const table = { CatalogId: catalogId, DatabaseName: name, TableName: name };

export const deletePartition = operation<DeletePartitionRequest, DeletePartitionResponse>({
  name: 'DeletePartition',
  input: structure({ ...table, PartitionValues: partitionValues }, 'DatabaseName TableName PartitionValues'),
  permissions: (input, { caller }) =>
    catalogPermissions('DeletePartition', caller, input.DatabaseName, input.TableName),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    const [database, tableName] = [input.DatabaseName.toLowerCase(), input.TableName.toLowerCase()];
    await state.transaction(() => {
      state.table(caller, database, tableName);
      if (state.findPartition(caller, database, tableName, input.PartitionValues) === undefined) {
        throw partitionNotFound();
      }
      state.removePartition(caller, database, tableName, input.PartitionValues);
    });
    return {};
  },
});

export const batchDeletePartition = operation<BatchDeletePartitionRequest, BatchDeletePartitionResponse>({
  name: 'BatchDeletePartition',
  input: structure(
    { ...table, PartitionsToDelete: list(structure({ Values: partitionValues }, 'Values'), { max: 25 }) },
    'DatabaseName TableName PartitionsToDelete',
  ),
  permissions: (input, { caller }) =>
    catalogPermissions('BatchDeletePartition', caller, input.DatabaseName, input.TableName),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(GlueState);
    const [database, tableName] = [input.DatabaseName.toLowerCase(), input.TableName.toLowerCase()];
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
