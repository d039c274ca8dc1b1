import { invalidMarker } from './errors';

/** One page of a listing in the order of its keys; KMS calls the token a marker. */
export function page<T>(
  items: (after: string | undefined) => Iterable<T>,
  keyOf: (item: T) => string,
  request: { readonly Marker?: string; readonly Limit?: number },
  defaultLimit = 100,
): { items: T[]; NextMarker?: string; Truncated: boolean } {
  const after = request.Marker === undefined ? undefined : decodeMarker(request.Marker);
  const found: T[] = [];
  for (const item of items(after)) {
    if (found.length === (request.Limit ?? defaultLimit)) {
      return { items: found, NextMarker: encodeMarker(keyOf(found[found.length - 1] as T)), Truncated: true };
    }
    found.push(item);
  }
  return { items: found, Truncated: false };
}

function encodeMarker(key: string): string {
  return Buffer.from(`v1:${key}`).toString('base64url');
}

function decodeMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString('utf8');
  if (!text.startsWith('v1:')) throw invalidMarker();
  return text.slice(3);
}
