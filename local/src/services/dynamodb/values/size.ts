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

/** Both sizes of an item, added up value by value. */
export class Sum implements Sizes {
  bytes = 0;
  stored = 0;

  clear(): void {
    this.bytes = 0;
    this.stored = 0;
  }

  /** Adds an attribute's name. @param size its bytes in UTF-8 */
  attribute(size: number): void {
    this.add(size, 1 - size);
  }

  /** Adds the name of a map's member. */
  member(size: number): void {
    this.add(size + 1, 1 - size);
  }

  element(): void {
    this.add(1, 0);
  }

  document(): void {
    this.add(DOCUMENT_BYTES, 0);
  }

  text(size: number): void {
    this.add(size, size < 128 ? 1 : size < 16_384 ? 2 : 3);
  }

  number(size: number): void {
    this.add(size, 1);
  }

  boolean(): void {
    this.add(1, 0);
  }

  null(): void {
    this.add(1, -1);
  }

  /** @param beside bytes that DynamoDB's storage has beyond `size` */
  add(size: number, beside: number): void {
    this.bytes += size;
    this.stored += size + beside;
  }
}

export function sizesOf(item: Item): Sizes {
  const sum = new Sum();
  for (const name in item) {
    sum.attribute(textSize(name));
    addValue(sum, item[name] as AttributeValue);
  }
  return sum;
}

function addValue(sum: Sum, value: AttributeValue): void {
  const type = typeOf(value);
  switch (type) {
    case 'S':
      sum.text(textSize(value.S ?? ''));
      return;
    case 'N':
      sum.number(numberSize(value.N ?? '0'));
      return;
    case 'B':
      sum.add(binarySize(value.B ?? ''), 1);
      return;
    case 'SS':
      sum.add(total(value.SS, textSize), 1 + (value.SS?.length ?? 0));
      return;
    case 'NS':
      sum.add(total(value.NS, numberSize), 1 + (value.NS?.length ?? 0));
      return;
    case 'BS':
      sum.add(total(value.BS, binarySize), 1 + (value.BS?.length ?? 0));
      return;
    case 'NULL':
      sum.null();
      return;
    case 'BOOL':
      sum.boolean();
      return;
    case 'L':
      sum.document();
      for (const one of value.L ?? []) {
        sum.element();
        addValue(sum, one);
      }
      return;
    case 'M':
      sum.document();
      for (const name in value.M) {
        sum.member(textSize(name));
        addValue(sum, value.M[name] as AttributeValue);
      }
  }
}

export const itemSize = (item: Item): number => sizesOf(item).bytes;

/**
 * Bytes of an item that count toward the 1 MB of a page of Query or Scan: DynamoDB counts them as stored, with the sort
 * key repeated every 3 KB.
 * @param key the sort key's value
 */
export function pageSize(sizes: Sizes, key: AttributeValue | undefined): number {
  const own = key === undefined ? undefined : sizesOf({ '': key });
  const size = sizes.stored - (own?.stored ?? 0);
  return 2 + size + (1 + Math.floor((1 + size) / SORT_KEY_EVERY)) * (18 + (own?.bytes ?? 0));
}

function total(list: readonly string[] = [], size: (one: string) => number): number {
  let bytes = 0;
  for (const one of list) bytes += size(one);
  return bytes;
}

const textSize = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Decoded bytes of a base64 text. */
function binarySize(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
