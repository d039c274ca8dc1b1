import * as core from '../../core/paging';
import { invalidMarker } from './errors';

/** One page of a listing, with KMS's markers as tokens. @param usual items of a page if the request has no limit */
export function page<T>(
  request: { readonly Marker?: string; readonly Limit?: number },
  usual: number,
  listing: Pick<core.Listing<T, string>, 'items' | 'keyOf' | 'matches'>,
): { items: T[]; NextMarker?: string; Truncated: boolean } {
  const { items, nextToken } = core.page(
    { ...listing, token: request.Marker, limit: request.Limit ?? usual },
    invalidMarker,
  );
  return { items, NextMarker: nextToken, Truncated: nextToken !== undefined };
}
