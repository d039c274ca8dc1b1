import type { GetPartitionIndexesRequest, GetPartitionIndexesResponse } from '@aws-sdk/client-glue';
import { operation } from '../../../core/operation';
import { string, structure } from '../../../core/shape';
import { onTable, placeOf } from '../arn';
import { tableReference } from '../constraints';
import { GlueState } from '../state';

/** Indexes are kept for their names: a lookup here is fast without them. */
export const getPartitionIndexes = operation<GetPartitionIndexesRequest, GetPartitionIndexesResponse>({
  name: 'GetPartitionIndexes',
  input: structure({ ...tableReference, NextToken: string() }, 'DatabaseName TableName'),
  permissions: onTable('GetPartitionIndexes'),
  handle: (input, { cloud, caller }) => {
    const { table, indexes } = cloud.state(GlueState).table(caller, ...placeOf(input));
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
