import { AwsError } from '../../core/errors';
import { pageOfList } from '../../core/paging';

/** One page of a list, in IAM's form. @param input.MaxItems @default 100 */
export function page<T>(
  list: readonly T[],
  { Marker, MaxItems = 100 }: { readonly Marker?: string; readonly MaxItems?: number },
): { items: readonly T[]; IsTruncated: boolean; Marker?: string } {
  const found = pageOfList(list, { token: Marker, limit: MaxItems }, invalidMarker);
  return { items: found.items, IsTruncated: found.nextToken !== undefined, Marker: found.nextToken };
}

const invalidMarker = () => new AwsError('ValidationError', 'Invalid Marker.');
