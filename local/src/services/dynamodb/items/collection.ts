import type { DynamoState } from '../state';
import { Row } from '../storage/row';
import type { Table } from '../table';
import type { AttributeValue, Item } from '../values/attribute-value';

const GIGABYTE = 1024 ** 3;

export interface ItemCollectionMetrics {
  readonly ItemCollectionKey: Item;
  readonly SizeEstimateRangeGB: number[];
}

/**
 * Result for ReturnItemCollectionMetrics, of tables with local indexes only. The size estimate is that of the whole
 * table, which contains the collection.
 */
export function collectionMetrics(
  state: DynamoState,
  table: Table,
  item: Item | Row,
  wanted: string | undefined,
): ItemCollectionMetrics | undefined {
  if (wanted !== 'SIZE' || table.indexes.every(({ info }) => info.global)) return undefined;
  const gigabytes = state.items.countOf(table.info.number).bytes / GIGABYTE;
  const { name } = table.hash;
  return {
    ItemCollectionKey: { [name]: (item instanceof Row ? item.attribute(name) : item[name]) as AttributeValue },
    SizeEstimateRangeGB: gigabytes < 1 ? [0, 1] : [0, Math.ceil(gigabytes)],
  };
}
