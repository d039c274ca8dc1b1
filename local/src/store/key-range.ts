import { keyEncoder, MAX_KEY_BYTES, textKeyBytes } from './key-encoder';
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
  return range(scope, after ?? [], AFTER_ALL, after !== undefined);
}

/**
 * The keys whose part after `scope` is a string with a prefix. Without a scope, also plain strings.
 * @param prefix of whole characters; an empty one matches every string
 * @param after the string of the last key read: the range continues after that key
 */
export function keysStartingWith(scope: KeyScope, prefix: string, after?: string): KeyRange {
  return range(scope, [after ?? prefix], Uint8Array.of(...textKeyBytes(prefix), LAST), after !== undefined);
}

/**
 * A range whose bounds LMDB takes, of names of any length: nothing for a scope or prefix that no key can have, and a
 * start within the limit for a last key, which can be a caller's own text.
 */
function range(scope: KeyScope, from: KeyScope, last: Uint8Array, exclusiveStart: boolean): KeyRange {
  const end = [...scope, last];
  if (!isKey(end)) return { start: [AFTER_ALL], end: [AFTER_ALL], exclusiveStart };
  const start = [...scope, ...from];
  return { start: isKey(start) ? start : cut(start), end, exclusiveStart };
}

// Whole words: ordered-binary makes a DataView over them.
const scratch = new Uint8Array(8_192);

/** Whether a key is within LMDB's limit; encoded only if it is long. */
function isKey(parts: readonly (string | number | Uint8Array)[]): boolean {
  const most = parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? 9 : 3 * part.length) + 2, 0);
  return most <= MAX_KEY_BYTES || keyEncoder.writeKey([...parts], scratch, 0) <= MAX_KEY_BYTES;
}

/** The longest beginning of a key that is one. */
function cut(parts: readonly (string | number)[]): (string | number)[] {
  const kept: (string | number)[] = [];
  for (const part of parts) {
    if (isKey([...kept, part])) {
      kept.push(part);
      continue;
    }
    let text = '';
    for (const character of String(part)) {
      if (!isKey([...kept, text + character])) break;
      text += character;
    }
    return [...kept, text];
  }
  return kept;
}
