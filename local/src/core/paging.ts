import type { AwsError } from './errors';

/** Makes a service's error for a token that doesn't belong to the listing. */
export type InvalidToken = (token: string) => AwsError;

/** A listing in key order, to be paged. */
export interface Listing<T, K> {
  /** The items after a key, or from the beginning. */
  readonly items: (after: K | undefined) => Iterable<T>;
  /** Key of the page's last item, which the token holds. */
  readonly keyOf: (item: T) => K;
  /** The request's token. */
  readonly token: string | undefined;
  readonly limit: number;
  /** @default all */
  readonly matches?: (item: T) => boolean;
  /** Whether a token's content is a possible key of this listing. @default a string */
  readonly isKey?: (value: unknown) => boolean;
}

export interface Page<T> {
  readonly items: T[];
  /** Set only if another matching item follows. */
  readonly nextToken: string | undefined;
}

/** Takes up to `limit` matching items. */
export function page<T, K = string>(listing: Listing<T, K>, invalid: InvalidToken): Page<T> {
  const { keyOf, limit, matches = () => true } = listing;
  const items: T[] = [];
  for (const item of listing.items(readToken<K>(listing.token, invalid, listing.isKey))) {
    if (!matches(item)) continue;
    if (items.length === limit) return { items, nextToken: writeToken(keyOf(items[limit - 1] as T)) };
    items.push(item);
  }
  return { items, nextToken: undefined };
}

/** Makes a service's paging function. @param usual items of a page if the request has no limit */
export const pager =
  (invalid: InvalidToken, usual: number) =>
  <T, K = string>(
    token: string | undefined,
    limit: number | undefined,
    listing: Omit<Listing<T, K>, 'token' | 'limit'>,
  ): Page<T> =>
    page({ ...listing, token, limit: limit ?? usual }, invalid);

/** One page of a list that is short enough to be rebuilt for each page: the token counts its items. */
export function pageOfList<T>(
  list: readonly T[],
  { token, limit }: { readonly token: string | undefined; readonly limit: number },
  invalid: InvalidToken,
): Page<T> {
  const start = readToken<number>(token, invalid, isIndex) ?? 0;
  const end = start + limit;
  return { items: list.slice(start, end), nextToken: end < list.length ? writeToken(end) : undefined };
}

export function writeToken(key: unknown): string {
  return Buffer.from(JSON.stringify({ v: 1, key })).toString('base64url');
}

/** The key in a token; undefined for an empty token. @throws AwsError `invalid` */
export function readToken<K = string>(
  token: string | undefined,
  invalid: InvalidToken,
  isKey: (value: unknown) => boolean = isText,
): K | undefined {
  if (token === undefined || token === '') return undefined;
  const key = decoded(token);
  if (!isKey(key)) throw invalid(token);
  return key as K;
}

function decoded(token: string): unknown {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    const { v, key } = content as { v?: unknown; key?: unknown };
    return v === 1 ? key : undefined;
  } catch {
    return undefined;
  }
}

export const isText = (value: unknown): boolean => typeof value === 'string';
export const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
export const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
