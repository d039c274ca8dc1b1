import { invalidRequest } from './errors';

/** One page of a listing that is in the order of its keys; the token is the last key seen. */
export function page<T>(
  items: Iterable<T>,
  limit: number,
  tokenOf: (item: T) => string,
): { items: T[]; nextToken: string | undefined } {
  const found: T[] = [];
  for (const item of items) {
    if (found.length === limit) return { items: found, nextToken: toToken(tokenOf(found[limit - 1] as T)) };
    found.push(item);
  }
  return { items: found, nextToken: undefined };
}

export const toToken = (text: string): string => Buffer.from(`v1:${text}`).toString('base64url');

/** @throws AwsError `InvalidRequestException` for a token that was not given out here. */
export function fromToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('v1:')) throw invalidRequest('Invalid NextToken');
  return text.slice(3);
}
