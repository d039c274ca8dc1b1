/**
 * JSON whose integers keep all of their digits: Iceberg's snapshot ids are 64 bits wide, and JSON.parse rounds them.
 * Integers that a number can't hold become bigints; a bigint is written as the integer that it is.
 */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const MARK = '\u0000n';

/** @throws SyntaxError for a text that isn't JSON. */
export function parseExactJson(text: string): unknown {
  const marked = text.replace(TOKENS, (token) =>
    /^-?\d{16,}$/.test(token) ? JSON.stringify(`${MARK}${token}`) : token,
  );
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    const exact = BigInt(value.slice(MARK.length));
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  });
}

export function formatExactJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${MARK}${item}` : item));
  return text.replaceAll(/"\\u0000n(-?\d+)"/g, '$1');
}
