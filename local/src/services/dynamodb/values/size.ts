import { type AttributeValue, type Item, typeOf } from './attribute-value';
import { numberSize } from './decimal';

/** Most bytes of an item ("Service, account, and table quotas"). */
export const MAX_ITEM_BYTES = 409_600;

/** Overhead of a list or map. */
const DOCUMENT_BYTES = 3;
/** Bytes of an item for which a page counts the sort key again. */
const SORT_KEY_EVERY = 3072;

/** Bytes of an item by DynamoDB's two ways of counting, computed in one walk. */
export interface Sizes {
  /** Names and values, for limits and capacity ("Item sizes and formats"). */
  readonly bytes: number;
  /** Bytes in DynamoDB's storage, for pages: a name takes one byte, values have a length. */
  readonly stored: number;
}

// Sums of the current walk.
let bytes = 0;
let stored = 0;

export function sizesOf(item: Item): Sizes {
  bytes = 0;
  stored = 0;
  for (const name in item) {
    bytes += textSize(name);
    stored += 1;
    addValue(item[name] as AttributeValue);
  }
  return { bytes, stored };
}

function addValue(value: AttributeValue): void {
  const type = typeOf(value);
  switch (type) {
    case 'S': {
      const size = textSize(value.S ?? '');
      bytes += size;
      stored += size + (size < 128 ? 1 : size < 16_384 ? 2 : 3);
      return;
    }
    case 'N':
      addScalar(numberSize(value.N ?? '0'), 1);
      return;
    case 'B':
      addScalar(binarySize(value.B ?? ''), 1);
      return;
    case 'SS':
      addScalar(sum(value.SS, textSize), 1 + (value.SS?.length ?? 0));
      return;
    case 'NS':
      addScalar(sum(value.NS, numberSize), 1 + (value.NS?.length ?? 0));
      return;
    case 'BS':
      addScalar(sum(value.BS, binarySize), 1 + (value.BS?.length ?? 0));
      return;
    case 'NULL':
      bytes += 1;
      return;
    case 'BOOL':
      addScalar(1, 0);
      return;
    case 'L':
      addScalar(DOCUMENT_BYTES, 0);
      for (const one of value.L ?? []) {
        addScalar(1, 0);
        addValue(one);
      }
      return;
    case 'M':
      addScalar(DOCUMENT_BYTES, 0);
      for (const name in value.M) {
        addScalar(1, 1);
        bytes += textSize(name);
        addValue(value.M[name] as AttributeValue);
      }
  }
}

function addScalar(size: number, beside: number): void {
  bytes += size;
  stored += size + beside;
}

export const itemSize = (item: Item): number => sizesOf(item).bytes;

/**
 * Bytes of an item within the 1 MB of a page of Query and Scan: DynamoDB counts its storage there, in which the sort
 * key is repeated for each 3 KB.
 */
export function pageSize(item: Item, sizes: Sizes, sortKey: string | undefined): number {
  const key = sortKey === undefined ? undefined : item[sortKey];
  const own = key === undefined ? undefined : sizesOf({ '': key });
  const size = sizes.stored - (own?.stored ?? 0);
  return 2 + size + (1 + Math.floor((1 + size) / SORT_KEY_EVERY)) * (18 + (own?.bytes ?? 0));
}

function sum(list: readonly string[] = [], size: (one: string) => number): number {
  let total = 0;
  for (const one of list) total += size(one);
  return total;
}

const textSize = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Decoded bytes of a base64 text. */
function binarySize(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
