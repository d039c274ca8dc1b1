import type { DynamoState } from '../state';
import type { Table } from '../tables/table';
import type { AttributeValue, Item } from '../values/attribute-value';

const GIGABYTE = 1024 ** 3;

export interface ItemCollectionMetrics {
  readonly ItemCollectionKey: Item;
  readonly SizeEstimateRangeGB: number[];
}

/**
 * What ReturnItemCollectionMetrics asks for: of tables with local indexes alone. The estimate is of the whole table,
 * of which a collection is a part.
 */
export function collectionMetrics(
  state: DynamoState,
  table: Table,
  key: Item,
  wanted: string | undefined,
): ItemCollectionMetrics | undefined {
  if (wanted !== 'SIZE' || table.indexes.every(({ info }) => info.global)) return undefined;
  const gigabytes = state.items.countOf(table.info.number).bytes / GIGABYTE;
  const { name } = table.hash;
  return {
    ItemCollectionKey: { [name]: key[name] as AttributeValue },
    SizeEstimateRangeGB: gigabytes < 1 ? [0, 1] : [0, Math.ceil(gigabytes)],
  };
}
