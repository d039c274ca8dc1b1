import type { GetPartitionIndexesRequest, GetPartitionIndexesResponse } from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { string, structure } from '../../../core/shape';
import { catalogPermissions } from '../arn';
import { catalogId, name } from '../constraints';
import { GlueState } from '../state';

/** Indexes are kept for their names: a lookup here is fast without them. */
export const getPartitionIndexes = operation<GetPartitionIndexesRequest, GetPartitionIndexesResponse>({
  name: 'GetPartitionIndexes',
  input: structure(
    { CatalogId: catalogId, DatabaseName: name, TableName: name, NextToken: string() },
    'DatabaseName TableName',
  ),
  permissions: (input, { caller }) =>
    catalogPermissions('GetPartitionIndexes', caller, input.DatabaseName, input.TableName),
  handle: (input, { cloud, caller }) => {
    const { table, indexes } = cloud
      .state(GlueState)
      .table(caller, input.DatabaseName.toLowerCase(), input.TableName.toLowerCase());
    const typeOf = (key: string) => table.PartitionKeys?.find((column) => column.Name === key)?.Type ?? 'string';
    return {
      PartitionIndexDescriptorList: indexes.map((index) => ({
        IndexName: index.IndexName,
        Keys: (index.Keys ?? []).map((key) => ({ Name: key, Type: typeOf(key) })),
        IndexStatus: 'ACTIVE' as const,
      })),
    };
  },
});
