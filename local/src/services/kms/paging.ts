import * as core from '../../core/paging';
import { invalidMarker } from './errors';

/** One page of a listing; KMS calls the token a marker, and says whether more follows. @param usual items of a page */
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
