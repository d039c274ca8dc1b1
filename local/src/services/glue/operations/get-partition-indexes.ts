import { namedTable, placeOf } from '../arn';
import { operation } from '../contract';
import { GlueState } from '../state';

/** Lists partition indexes, which are stored only: look-ups here are fast without them. */
export const getPartitionIndexes = operation('GetPartitionIndexes', {
  resource: namedTable,
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
