import { textKeyBytes } from './key-encoder';
import type { TableKey } from './store';

/** What a range starts and ends with, as `getRange` and `getKeys` of a table take it. */
export interface KeyRange {
  readonly start: TableKey;
  /** Not in the range. */
  readonly end: TableKey;
  readonly exclusiveStart: boolean;
}

/** Parts of a key before those that a range is over. */
export type KeyScope = readonly (string | number)[];

/** No key begins with this byte: UTF-8 hasn't got it, and numbers begin lower. It sorts after all of them. */
const LAST = 0xff;
const AFTER_ALL = Uint8Array.of(LAST);

/**
 * The keys that begin with the parts of `scope`.
 * @param after the parts that follow `scope` in the last key that was seen: the range goes on after that key.
 */
export function keysWithin(scope: KeyScope, after?: KeyScope): KeyRange {
  return {
    start: [...scope, ...(after ?? [])],
    end: [...scope, AFTER_ALL],
    exclusiveStart: after !== undefined,
  };
}

/**
 * The keys whose part after `scope` is a text with a prefix. Without a scope they are plain strings, too.
 * @param prefix of whole characters; an empty one is that of every text.
 * @param after the text in the last key that was seen: the range goes on after that key.
 */
export function keysStartingWith(scope: KeyScope, prefix: string, after?: string): KeyRange {
  return {
    start: [...scope, after ?? prefix],
    end: [...scope, Uint8Array.of(...textKeyBytes(prefix), LAST)],
    exclusiveStart: after !== undefined,
  };
}
