import { encoder } from 'ordered-binary';
import type { TableKey } from './store';

/**
 * Characters that ordered-binary encodes differently in strings of 64 characters or more: its separators, and unpaired
 * surrogates.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the separators are control characters.
const SPECIAL = /[\u0000-\u0004\p{Surrogate}]/u;
/** Length from which ordered-binary uses the platform's UTF-8 encoder. */
const LONG = 64;
const ESCAPE = 4;
/** Leading bits of UTF-8's first byte, by the number of bytes that follow. */
const FIRST_BYTES = [0, 0xc0, 0xe0, 0xf0];
/** Prefix of strings that are empty or begin with a control character: numbers must sort before strings. */
const STRING = 27;
const FIRST_PLAIN = 28;
/**
 * Most bytes of a key, LMDB's own limit. A longer key names no entry, and is cut somewhere beyond the limit: a look-up by
 * a caller's long name would overflow the buffer, and fail instead of finding nothing.
 */
export const MAX_KEY_BYTES = 1978;
/** Length up to which a string has no more bytes than that, by three a code unit. */
const SURELY_SHORT = MAX_KEY_BYTES / 3;

/**
 * Encoding of LMDB's keys: ordered-binary's, by type (numbers before strings), numbers by size and strings by code
 * point. A long string is encoded as a short one is: ordered-binary leaves U+0000 to U+0004, its separators, unescaped
 * there, and gives all unpaired surrogates the same bytes. Such keys were read back changed, so that entries listed by
 * them could not be removed.
 */
export const keyEncoder = {
  writeKey(key: TableKey, target: Uint8Array, position: number, inSequence = false): number {
    if (Array.isArray(key)) return terminate(writeParts(key, target, position), target, inSequence);
    if (typeof key === 'string' && key.length > SURELY_SHORT && Buffer.byteLength(key) > MAX_KEY_BYTES)
      return terminate(writeText(key, target, position), target, inSequence);
    if (typeof key === 'string' && key.length >= LONG && SPECIAL.test(key))
      return terminate(writeText(key, target, position), target, inSequence);
    return terminate(encoder.writeKey(key, target, position, inSequence), target, inSequence);
  },
  readKey: encoder.readKey,
  /** Called by LMDB's binding, which reads keys up to a zero: this encoder always ends with one. */
  enableNullTermination(): void {},
};

/** The bytes of a string as a key; also the common beginning of all strings with this prefix. */
export function textKeyBytes(text: string): Uint8Array {
  // A code unit takes three bytes at most, plus one at the start.
  const bytes = new Uint8Array(text.length * 3 + 1);
  if (text === '') return bytes.subarray(0, 0);
  return bytes.subarray(0, writeText(text, bytes, 0));
}

function writeParts(parts: readonly TableKey[], target: Uint8Array, start: number): number {
  let position = start;
  for (const [index, part] of parts.entries()) {
    if (position - start > MAX_KEY_BYTES) break;
    if (index > 0) target[position++] = 0;
    position = keyEncoder.writeKey(part, target, position, true);
  }
  return position;
}

function writeText(text: string, target: Uint8Array, start: number): number {
  let position = start;
  if (!(text.charCodeAt(0) >= FIRST_PLAIN)) target[position++] = STRING;
  for (const character of text) {
    if (position - start > MAX_KEY_BYTES) break;
    const code = character.codePointAt(0) as number;
    if (code <= ESCAPE) target[position++] = ESCAPE;
    position = writeCodePoint(code, target, position);
  }
  return position;
}

/** UTF-8, with distinct bytes for unpaired surrogates. */
function writeCodePoint(code: number, target: Uint8Array, start: number): number {
  let position = start;
  if (code < 0x80) {
    target[position++] = code;
    return position;
  }
  const more = code < 0x800 ? 1 : code < 0x1_0000 ? 2 : 3;
  target[position++] = (FIRST_BYTES[more] as number) | (code >> (6 * more));
  for (let index = more - 1; index >= 0; index--) target[position++] = 0x80 | ((code >> (6 * index)) & 0x3f);
  return position;
}

function terminate(end: number, target: Uint8Array, inSequence: boolean): number {
  if (!inSequence) target.fill(0, end, end + 4);
  return end;
}
