import { encoder } from 'ordered-binary';
import type { TableKey } from './store';

/** What ordered-binary writes otherwise in strings of 64 characters or more: its separators, and half surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the separators are control characters.
const SPECIAL = /[\u0000-\u0004\p{Surrogate}]/u;
/** Length from which ordered-binary leaves a string to the platform's UTF-8 encoder. */
const LONG = 64;
const ESCAPE = 4;
/** What the first byte of UTF-8 begins with, by the number of bytes that follow. */
const FIRST_BYTES = [0, 0xc0, 0xe0, 0xf0];
/** Stands before a string that is empty or begins with a control character, so that numbers sort before it. */
const STRING = 27;
const FIRST_PLAIN = 28;

/**
 * How LMDB's keys become bytes: as ordered-binary does it, in the order of types (numbers before strings), numbers by
 * size and strings by code point. A long string is written as a short one is: ordered-binary itself leaves U+0000 to
 * U+0004 unescaped there, which are its separators, and gives all half surrogate pairs the same bytes. Such keys came
 * back as others than they were, so that what was found by them could not be removed.
 */
export const keyEncoder = {
  writeKey(key: TableKey, target: Uint8Array, position: number, inSequence = false): number {
    if (Array.isArray(key)) return terminate(writeParts(key, target, position), target, inSequence);
    if (typeof key === 'string' && key.length >= LONG && SPECIAL.test(key))
      return terminate(writeText(key, target, position), target, inSequence);
    return terminate(encoder.writeKey(key, target, position, inSequence), target, inSequence);
  },
  readKey: encoder.readKey,
  /** Called by LMDB's binding, which reads keys up to a zero: they always end with one. */
  enableNullTermination(): void {},
};

/** The bytes of a string as a key, or as the beginning of those of every string that it is a prefix of. */
export function textKeyBytes(text: string): Uint8Array {
  // A code unit takes three bytes at most, and one more at the start.
  const bytes = new Uint8Array(text.length * 3 + 1);
  if (text === '') return bytes.subarray(0, 0);
  return bytes.subarray(0, writeText(text, bytes, 0));
}

function writeParts(parts: readonly TableKey[], target: Uint8Array, start: number): number {
  let position = start;
  for (const [index, part] of parts.entries()) {
    if (index > 0) target[position++] = 0;
    position = keyEncoder.writeKey(part, target, position, true);
  }
  return position;
}

function writeText(text: string, target: Uint8Array, start: number): number {
  let position = start;
  if (!(text.charCodeAt(0) >= FIRST_PLAIN)) target[position++] = STRING;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code <= ESCAPE) target[position++] = ESCAPE;
    position = writeCodePoint(code, target, position);
  }
  return position;
}

/** UTF-8, which keeps half surrogate pairs apart. */
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
