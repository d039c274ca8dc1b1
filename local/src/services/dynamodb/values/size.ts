import { type AttributeValue, type Item, typeOf } from './attribute-value';
import { numberSize } from './decimal';

/** Most bytes that an item may have ("Service, account, and table quotas"). */
export const MAX_ITEM_BYTES = 409_600;

/** What a list or map has beside its content. */
const DOCUMENT_BYTES = 3;
/** Bytes of an item between two repetitions of its sort key in a page. */
const SORT_KEY_EVERY = 3072;

/** Bytes of an item by DynamoDB's two ways to count, found in one walk. */
export interface Sizes {
  /** For limits and capacity ("Item sizes and formats"): names and values. */
  readonly bytes: number;
  /** As DynamoDB stores it: a name takes one byte, values have a length. */
  readonly stored: number;
}

// Sums of the walk that is under way.
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
 * Bytes that an item takes of the 1 MB that a page of Query and Scan reads: DynamoDB counts there what it stores, in which
 * each 3 KB repeat the sort key.
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

/** Bytes that a base64 text stands for. */
function binarySize(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
