import { invalidToken } from './errors';

/** One page of a listing that is in the order of its keys; the token is the last key seen. */
export function page<T>(options: {
  readonly items: (after: string | undefined) => Iterable<T>;
  readonly keyOf: (item: T) => string;
  readonly matches?: (item: T) => boolean;
  readonly nextToken: string | undefined;
  readonly limit: number;
}): { items: T[]; nextToken: string | undefined } {
  const after = options.nextToken === undefined ? undefined : decodeToken(options.nextToken);
  const found: T[] = [];
  for (const item of options.items(after)) {
    if (options.matches?.(item) === false) continue;
    if (found.length === options.limit) {
      return { items: found, nextToken: encodeToken(options.keyOf(found[found.length - 1] as T)) };
    }
    found.push(item);
  }
  return { items: found, nextToken: undefined };
}

export function encodeToken(text: string): string {
  return Buffer.from(`v1:${text}`).toString('base64url');
}

/** @throws AwsError `InvalidParameterException` for a token that was not given out here. */
export function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('v1:')) throw invalidToken();
  return text.slice(3);
}
