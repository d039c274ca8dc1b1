import { invalidToken } from './errors';

/** One page of items in the order of their keys; the token holds the key of the last one. */
export function page<T, K>(
  items: (after: K | undefined) => Iterable<T>,
  keyOf: (item: T) => K,
  nextToken: string | undefined,
  limit: number,
): { items: T[]; NextToken?: string } {
  const found: T[] = [];
  for (const item of items(nextToken === undefined ? undefined : decodeToken<K>(nextToken))) {
    if (found.length === limit) return { items: found, NextToken: encodeToken(keyOf(found[found.length - 1] as T)) };
    found.push(item);
  }
  return { items: found };
}

export function encodeToken(key: unknown): string {
  return Buffer.from(JSON.stringify({ v: 1, key })).toString('base64url');
}

/** @throws AwsError `InvalidNextToken` for a token that was not given out here. */
export function decodeToken<K>(token: string): K {
  try {
    const { v, key } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as { v: number; key: K };
    if (v === 1) return key;
  } catch {
    // Reported below.
  }
  throw invalidToken();
}
