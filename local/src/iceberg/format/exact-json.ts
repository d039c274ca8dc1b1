/**
 * JSON whose integers keep all digits: Iceberg's snapshot ids have 64 bits, which JSON.parse would round. Integers
 * beyond a number's precision become bigints, and bigints are written as integers.
 */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const MARK = '\u0000n';

/** Parses JSON. @throws SyntaxError for other text */
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
