import { textKeyBytes } from './key-encoder';
import type { TableKey } from './store';

/** Bounds of a range for `getRange` and `getKeys` of a table. */
export interface KeyRange {
  readonly start: TableKey;
  /** Exclusive. */
  readonly end: TableKey;
  readonly exclusiveStart: boolean;
}

/** Leading parts of a key, fixed within a range. */
export type KeyScope = readonly (string | number)[];

/** Greater than every key's first byte: UTF-8 doesn't use it, and numbers begin lower. */
const LAST = 0xff;
const AFTER_ALL = Uint8Array.of(LAST);

/**
 * The keys that begin with the parts of `scope`.
 * @param after the parts after `scope` of the last key read: the range continues after that key
 */
export function keysWithin(scope: KeyScope, after?: KeyScope): KeyRange {
  return {
    start: [...scope, ...(after ?? [])],
    end: [...scope, AFTER_ALL],
    exclusiveStart: after !== undefined,
  };
}

/**
 * The keys whose part after `scope` is a string with a prefix. Without a scope, also plain strings.
 * @param prefix of whole characters; an empty one matches every string
 * @param after the string of the last key read: the range continues after that key
 */
export function keysStartingWith(scope: KeyScope, prefix: string, after?: string): KeyRange {
  return {
    start: [...scope, after ?? prefix],
    end: [...scope, Uint8Array.of(...textKeyBytes(prefix), LAST)],
    exclusiveStart: after !== undefined,
  };
}
