import { type AttributeValue, type Item, typeOf, type ValueType } from './attribute-value';
import { numberSize } from './decimal';

/** Most bytes that an item may have ("Service, account, and table quotas"). */
export const MAX_ITEM_BYTES = 409_600;

/** What a list or map has beside its content. */
const DOCUMENT_BYTES = 3;

/** Bytes of an item as DynamoDB counts them for limits and capacity ("Item sizes and formats"): names and values. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += textSize(name) + valueSize(item[name] as AttributeValue);
  return size;
}

export function valueSize(value: AttributeValue): number {
  const type = typeOf(value);
  switch (type) {
    case 'S':
      return textSize(value.S ?? '');
    case 'B':
      return binarySize(value.B ?? '');
    case 'N':
      return numberSize(value.N ?? '0');
    case 'SS':
      return sum(value.SS, textSize);
    case 'NS':
      return sum(value.NS, numberSize);
    case 'BS':
      return sum(value.BS, binarySize);
    case 'L':
      return DOCUMENT_BYTES + sum(value.L, (one) => 1 + valueSize(one));
    case 'M':
      return DOCUMENT_BYTES + Object.keys(value.M ?? {}).length + itemSize(value.M ?? {});
    case 'NULL':
    case 'BOOL':
      return 1;
  }
}

/**
 * Bytes that an item takes of the 1 MB that a page of Query and Scan reads: DynamoDB counts there what it stores, in which
 * a name takes one byte, values have a length, and each 3 KB repeat the sort key.
 */
export function pageSize(item: Item, sortKey: string | undefined): number {
  let size = 0;
  let sortKeySize = 0;
  for (const name in item) {
    const value = item[name] as AttributeValue;
    if (name === sortKey) sortKeySize = valueSize(value);
    else size += storedSize(value) + 1;
  }
  return 2 + size + (1 + Math.floor((1 + size) / 3072)) * (18 + sortKeySize);
}

function storedSize(value: AttributeValue): number {
  const type: ValueType = typeOf(value);
  const size = valueSize(value);
  switch (type) {
    case 'S':
      return size + (size < 128 ? 1 : size < 16_384 ? 2 : 3);
    case 'B':
    case 'N':
      return size + 1;
    case 'SS':
    case 'NS':
    case 'BS':
      return size + (value[type]?.length ?? 0) + 1;
    case 'NULL':
      return 0;
    case 'BOOL':
      return 1;
    case 'L':
      return DOCUMENT_BYTES + sum(value.L, (one) => 1 + storedSize(one));
    case 'M': {
      const members = Object.values(value.M ?? {});
      return DOCUMENT_BYTES + members.length + sum(members, (one) => storedSize(one) + 1);
    }
  }
}

function sum<T>(list: readonly T[] = [], size: (one: T) => number): number {
  let total = 0;
  for (const one of list) total += size(one);
  return total;
}

const textSize = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Bytes that a base64 text stands for. */
function binarySize(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
