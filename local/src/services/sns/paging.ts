import { invalidParameter } from './errors';

/** One page of items in the order of their ARNs; the token holds the last ARN. */
export function page<T extends { readonly arn: string }>(
  items: (after: string | undefined) => Iterable<T>,
  nextToken: string | undefined,
  limit: number,
): { items: T[]; NextToken?: string } {
  const found: T[] = [];
  for (const item of items(nextToken === undefined ? undefined : decodeToken(nextToken))) {
    if (found.length === limit) {
      const last = found[found.length - 1] as T;
      return { items: found, NextToken: Buffer.from(last.arn).toString('base64url') };
    }
    found.push(item);
  }
  return { items: found };
}

function decodeToken(token: string): string {
  const arn = Buffer.from(token, 'base64url').toString('utf8');
  if (!arn.startsWith('arn:')) throw invalidParameter('NextToken');
  return arn;
}
