import { placeOf } from '../arn';
import { operation } from '../contract';

/** Lists partition indexes, which are stored only: look-ups here are fast without them. */
export const getPartitionIndexes = operation('GetPartitionIndexes', {
  handle: (input, { state, caller }) => {
    const { table, indexes } = state.table(caller, ...placeOf(input));
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
