import type { TrinoType } from '../../types/type';
import { codePoints, invalidArgument, type Value } from '../../values/value';
import { type FunctionRow, scalar, script, scriptFor } from '../row';
import { soundex, stemEnglish } from '../words';

const MAX_LENGTH = 2_147_483_647n;
/** Longest result: beyond, a worker's memory could be exhausted. */
const MAX_TEXT = 1_048_576;

function substring(text: string, start: bigint, length?: bigint): string {
  const letters = codePoints(text);
  const from = start < 0n ? BigInt(letters.length) + start : start - 1n;
  if (start === 0n || from < 0n || from >= BigInt(letters.length)) return '';
  if (length !== undefined && length <= 0n) return '';
  return letters.slice(Number(from), length === undefined ? undefined : Number(from + length)).join('');
}

function pad(text: string, size: bigint, padding: string, left: boolean): string {
  if (size < 0n || size > MAX_LENGTH) throw invalidArgument(`Target length must be in the range [0..${MAX_LENGTH}]`);
  if (padding === '') throw invalidArgument('Padding string must not be empty');
  const letters = codePoints(text);
  const missing = Number(size) - letters.length;
  if (missing <= 0) return letters.slice(0, Number(size)).join('');
  if (missing > MAX_TEXT) throw invalidArgument(`Padding to ${size} characters is more than can be held`);
  const fill = codePoints(padding);
  const added = Array.from({ length: missing }, (_, index) => fill[index % fill.length]).join('');
  return left ? added + text : text + added;
}

/** Position of the n-th occurrence, in characters from 1; searched from the end for a negative n. */
function position(text: string, needle: string, instance = 1n): bigint {
  if (instance === 0n) throw invalidArgument("'instance' must be a positive or negative number.");
  if (needle === '') return 1n;
  let at = -1;
  if (instance > 0n) {
    for (let count = 0n; count < instance; count++) {
      at = text.indexOf(needle, at + 1);
      if (at === -1) return 0n;
    }
  } else {
    at = text.length;
    for (let count = 0n; count > instance; count--) {
      at = at === 0 ? -1 : text.lastIndexOf(needle, at - 1);
      if (at === -1) return 0n;
    }
  }
  return BigInt(codePoints(text.slice(0, at)).length + 1);
}

function split(text: string, delimiter: string, limit?: bigint): string[] {
  if (limit !== undefined && (limit <= 0n || limit > MAX_LENGTH))
    throw invalidArgument(limit <= 0n ? 'Limit must be positive' : 'Limit is too large');
  if (delimiter === '') throw invalidArgument('The delimiter may not be the empty string');
  const parts = text.split(delimiter);
  if (limit === undefined || BigInt(parts.length) <= limit) return parts;
  const kept = Number(limit) - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(delimiter)];
}

function splitPart(text: string, delimiter: string, index: bigint): string | null {
  if (index <= 0n) throw invalidArgument('Index must be greater than zero');
  if (delimiter === '') return index === 1n && text === '' ? '' : (codePoints(text)[Number(index) - 1] ?? null);
  return text.split(delimiter)[Number(index) - 1] ?? null;
}

function entries(text: string, entry: string, keyValue: string): [string, string][] {
  if (entry === '') throw invalidArgument('entryDelimiter is empty');
  if (keyValue === '') throw invalidArgument('keyValueDelimiter is empty');
  if (entry === keyValue) throw invalidArgument('entryDelimiter and keyValueDelimiter must not be the same');
  const parts = text.split(entry);
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => {
    const at = part.indexOf(keyValue);
    if (at === -1)
      throw invalidArgument(`Key-value delimiter must appear exactly once in each entry. Bad input: '${part}'`);
    const value = part.slice(at + keyValue.length);
    if (value.includes(keyValue))
      throw invalidArgument(`Key-value delimiter must appear exactly once in each entry. Bad input: '${part}'`);
    return [part.slice(0, at), value];
  });
}

function splitToMap(text: string, entry: string, keyValue: string): Value {
  const found = entries(text, entry, keyValue);
  const seen = new Set<string>();
  for (const [key] of found) {
    if (seen.has(key))
      throw invalidArgument(
        `Duplicate keys (${key}) are not allowed. Specifying a lambda to resolve conflicts can avoid this error`.replace(
          /\. Specifying.*/,
          '',
        ),
      );
    seen.add(key);
  }
  return found;
}

function splitToMultimap(text: string, entry: string, keyValue: string): Value {
  const found = new Map<string, string[]>();
  for (const [key, value] of entries(text, entry, keyValue)) found.set(key, [...(found.get(key) ?? []), value]);
  return [...found];
}

function levenshtein(a: string, b: string): bigint {
  const [left, right] = [codePoints(a), codePoints(b)];
  if (left.length * right.length > 1_000_000)
    throw invalidArgument('The combined inputs for Levenshtein distance are too large');
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of left.entries()) {
    const next = [i + 1];
    for (const [j, other] of right.entries()) {
      next.push(
        Math.min((next[j] as number) + 1, (row[j + 1] as number) + 1, (row[j] as number) + (letter === other ? 0 : 1)),
      );
    }
    row = next;
  }
  return BigInt(row.at(-1) as number);
}

function hamming(a: string, b: string): bigint {
  const [left, right] = [codePoints(a), codePoints(b)];
  if (left.length !== right.length)
    throw invalidArgument('The input strings to hamming_distance function must have the same length');
  return BigInt(left.filter((letter, index) => letter !== right[index]).length);
}

function translate(text: string, from: string, to: string): string {
  const target = codePoints(to);
  const replacements = new Map<string, string>();
  for (const [index, letter] of codePoints(from).entries()) {
    if (!replacements.has(letter)) replacements.set(letter, target[index] ?? '');
  }
  return codePoints(text)
    .map((letter) => replacements.get(letter) ?? letter)
    .join('');
}

const escapeSet = (letters: string): string => letters.replace(/[\\\]^-]/g, '\\$&');
/** Java's white space. */
const SPACE = '\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000';

const trimmer =
  (start: boolean, end: boolean) =>
  (text: string, letters?: string): string => {
    if (letters === '') return text;
    const set = letters === undefined ? SPACE : escapeSet(letters);
    const starts = start ? text.replace(new RegExp(`^[${set}]+`, 'u'), '') : text;
    if (!end) return starts;
    const inSet = new RegExp(`[${set}]`, 'u');
    const all = codePoints(starts);
    let last = all.length;
    while (last > 0 && inSet.test(all[last - 1] as string)) last--;
    return all.slice(0, last).join('');
  };

const trimRows = (name: string, start: boolean, end: boolean): FunctionRow[] => [
  scalar(`${name}(varchar(x)) -> varchar(x)`, script(trimmer(start, end))),
  scalar(`${name}(varchar(x), varchar) -> varchar(x)`, script(trimmer(start, end))),
  scalar(
    `${name}(char(x)) -> char(x)`,
    script((text: string) => trimmer(start, end)(text).trimEnd()),
  ),
  scalar(
    `${name}(char(x), varchar) -> char(x)`,
    script((text: string, letters: string) => trimmer(start, end)(text, letters)),
  ),
];

function luhn(text: string): boolean {
  if (text === '') return false;
  if (!/^\d+$/.test(text)) throw invalidArgument('Input contains non-digit characters');
  let sum = 0;
  [...text].reverse().forEach((letter, index) => {
    const digit = Number(letter) * (index % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  });
  return sum % 10 === 0;
}

function chr(code: bigint): string {
  try {
    if (code < 0n || (code >= 0xd800n && code <= 0xdfffn)) throw new RangeError();
    return String.fromCodePoint(Number(code));
  } catch {
    throw invalidArgument(`Not a valid Unicode code point: ${code}`);
  }
}

const lengthOf = (type: TrinoType | undefined): number | undefined =>
  type && 'length' in type ? type.length : undefined;

/** Joins texts, without NULLs. */
const joined = (parts: readonly Value[], separator: string): string =>
  parts.filter((part) => part !== null).join(separator);

/** Texts ("String functions and operators"). */
export const TEXT: readonly FunctionRow[] = [
  scalar('chr(bigint) -> varchar', script(chr), { result: () => ({ kind: 'varchar', length: 1 }) }),
  scalar(
    'codepoint(varchar) -> integer',
    script((text: string) => {
      const letters = codePoints(text);
      if (letters.length !== 1) throw invalidArgument('Input string must be a single character string');
      return text.codePointAt(0) as number;
    }),
  ),
  scalar(
    'concat(char(x), char(y)) -> char(z)',
    scriptFor(
      ([type]) =>
        (a: string, b: string) =>
          a.padEnd(lengthOf(type) ?? 0) + b,
    ),
    {
      result: ([a, b]) => ({ kind: 'char', length: Math.min(65_536, (lengthOf(a) ?? 0) + (lengthOf(b) ?? 0)) }),
    },
  ),
  scalar(
    'concat(varchar, varchar, varchar...) -> varchar',
    (args) => `(${args.map((_, index) => `$${index + 1}`).join(' || ')})`,
  ),
  scalar(
    'concat_ws(varchar, array(varchar)) -> varchar',
    script((separator: string, parts: readonly Value[]) => joined(parts, separator)),
  ),
  scalar(
    'concat_ws(varchar, varchar, varchar...) -> varchar',
    script((separator: Value, ...parts: Value[]) => (separator === null ? null : joined(parts, separator as string))),
    { takesNull: true },
  ),
  scalar('ends_with(varchar, varchar) -> boolean', 'suffix($1, $2)'),
  scalar('starts_with(varchar, varchar) -> boolean', 'prefix($1, $2)'),
  scalar('hamming_distance(varchar, varchar) -> bigint', script(hamming)),
  scalar('levenshtein_distance(varchar, varchar) -> bigint', script(levenshtein)),
  scalar('length(char(x)) -> bigint', (args) => `CAST(${lengthOf(args[0])} AS BIGINT) + 0 * length($1)`),
  scalar('length(varchar) -> bigint', 'length($1)'),
  ...['lower', 'upper'].flatMap((name) => {
    const run =
      name === 'lower'
        ? (text: string) => mapLetters(text, (letter) => letter.toLowerCase())
        : (text: string) => mapLetters(text, (letter) => letter.toUpperCase());
    return [
      scalar(`${name}(varchar(x)) -> varchar(x)`, script(run)),
      scalar(`${name}(char(x)) -> char(x)`, script(run)),
    ];
  }),
  scalar(
    'lpad(varchar, bigint, varchar) -> varchar',
    script((text: string, size: bigint, padding: string) => pad(text, size, padding, true)),
  ),
  scalar(
    'rpad(varchar, bigint, varchar) -> varchar',
    script((text: string, size: bigint, padding: string) => pad(text, size, padding, false)),
  ),
  ...trimRows('trim', true, true),
  ...trimRows('ltrim', true, false),
  ...trimRows('rtrim', false, true),
  scalar('luhn_check(varchar) -> boolean', script(luhn)),
  ...['strpos', 'index'].map((name) =>
    scalar(
      `${name}(varchar, varchar) -> bigint`,
      script((text: string, needle: string) => position(text, needle)),
    ),
  ),
  scalar('strpos(varchar, varchar, bigint) -> bigint', script(position)),
  scalar('replace(varchar, varchar) -> varchar', "replace($1, $2, '')"),
  scalar(
    'replace(varchar, varchar, varchar) -> varchar',
    script((text: string, from: string, to: string) =>
      from === '' ? [...codePoints(text).map((letter) => to + letter), to].join('') : text.replaceAll(from, () => to),
    ),
  ),
  scalar(
    'reverse(varchar(x)) -> varchar(x)',
    script((text: string) => codePoints(text).reverse().join('')),
  ),
  scalar('soundex(varchar) -> varchar', script(soundex), { result: () => ({ kind: 'varchar', length: 4 }) }),
  scalar('split(varchar, varchar) -> array(varchar)', script(split)),
  scalar('split(varchar, varchar, bigint) -> array(varchar)', script(split)),
  scalar('split_part(varchar, varchar, bigint) -> varchar', script(splitPart)),
  scalar('split_to_map(varchar, varchar, varchar) -> map(varchar,varchar)', script(splitToMap)),
  scalar('split_to_multimap(varchar, varchar, varchar) -> map(varchar,array(varchar))', script(splitToMultimap)),
  ...['substr', 'substring'].flatMap((name) => [
    scalar(`${name}(varchar(x), bigint) -> varchar(x)`, script(substring)),
    scalar(`${name}(varchar(x), bigint, bigint) -> varchar(x)`, script(substring)),
    ...['bigint', 'bigint, bigint'].map((args) =>
      scalar(
        `${name}(char(x), ${args}) -> varchar(x)`,
        scriptFor(
          ([type]) =>
            (text: string, start: bigint, length?: bigint) =>
              substring(text.padEnd(lengthOf(type) ?? 0), start, length),
        ),
        {
          result: ([type]) => ({ kind: 'varchar', length: lengthOf(type) }),
        },
      ),
    ),
  ]),
  scalar('translate(varchar, varchar, varchar) -> varchar', script(translate)),
  scalar(
    'word_stem(varchar(x)) -> varchar(x)',
    script((word: string) => stemEnglish(word)),
  ),
  scalar(
    'word_stem(varchar(x), varchar) -> varchar(x)',
    script((word: string, language: string) => {
      if (language !== 'en') throw invalidArgument(`Unknown stemmer language: ${language}`);
      return stemEnglish(word);
    }),
  ),
  scalar(
    'normalize(varchar, varchar) -> varchar',
    script((text: string, form: string) => text.normalize(form.toUpperCase())),
  ),
  scalar('to_utf8(varchar) -> varbinary', 'encode($1)'),
  scalar(
    'from_utf8(varbinary) -> varchar',
    script((bytes: Uint8Array) => decodeUtf8(bytes, '\ufffd')),
  ),
  scalar(
    'from_utf8(varbinary, varchar) -> varchar',
    script((bytes: Uint8Array, other: string) => {
      if (codePoints(other).length > 1)
        throw invalidArgument('Replacement character string must empty or a single character');
      return decodeUtf8(bytes, other);
    }),
  ),
  scalar(
    'from_utf8(varbinary, bigint) -> varchar',
    script((bytes: Uint8Array, code: bigint) => {
      if (code > 0x10ffffn || (code >= 0xd800n && code <= 0xdfffn))
        throw invalidArgument('Invalid replacement character');
      return decodeUtf8(bytes, chr(code));
    }),
  ),
  scalar(
    'char2hexint(varchar) -> varchar',
    script((text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()),
  ),
];

/** Maps letters one by one: a letter never becomes several, as in Java's simple mapping. */
function mapLetters(text: string, map: (letter: string) => string): string {
  const whole = map(text);
  if (whole.length === text.length) return whole;
  return codePoints(text)
    .map((letter) => {
      const mapped = map(letter);
      return codePoints(mapped).length === 1 ? mapped : letter;
    })
    .join('');
}

/** Decodes UTF-8; each invalid byte, and each piece of a truncated character, becomes the replacement. */
function decodeUtf8(bytes: Uint8Array, replacement: string): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return replacement === '\ufffd' ? text : replaceInvalid(bytes, replacement);
}

function replaceInvalid(bytes: Uint8Array, replacement: string): string {
  const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    try {
      text += strict.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += replacement;
      at += 1;
      while (at < bytes.length && ((bytes[at] as number) & 0xc0) === 0x80) at++;
    }
  }
  return text;
}
