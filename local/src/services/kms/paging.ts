import * as core from '../../core/paging';
import { invalidMarker } from './errors';

/** One page of a listing in key order; KMS calls the token a marker, and returns whether more follows. */
export function page<T>(
  items: (after: string | undefined) => Iterable<T>,
  keyOf: (item: T) => string,
  request: { readonly Marker?: string; readonly Limit?: number },
  defaultLimit = 100,
): { items: T[]; NextMarker?: string; Truncated: boolean } {
  const limit = request.Limit ?? defaultLimit;
  const found = core.page({ items, keyOf, token: request.Marker, limit }, invalidMarker);
  return { items: found.items, NextMarker: found.nextToken, Truncated: found.nextToken !== undefined };
}
