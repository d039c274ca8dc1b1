import { pageOfList } from '../../core/paging';
import { invalidMarker } from './errors';

/** One page of a list, in Lambda's form. @param most items of a page, and the default */
export function page<T>(
  list: readonly T[],
  { Marker, MaxItems }: { readonly Marker?: string; readonly MaxItems?: number },
  most = 50,
): { items: readonly T[]; NextMarker?: string } {
  const found = pageOfList(list, { token: Marker, limit: Math.min(MaxItems ?? most, most) }, invalidMarker);
  return { items: found.items, NextMarker: found.nextToken };
}
