import { AwsError } from '../../../core/errors';

/**
 * One page of a list, as IAM pages: `Marker` is opaque and stands for the first item of the next page.
 * @param input.MaxItems @default 100
 */
export function page<T>(
  items: readonly T[],
  input: { Marker?: string; MaxItems?: number },
): { items: readonly T[]; IsTruncated: boolean; Marker?: string } {
  const start = input.Marker === undefined ? 0 : Number(Buffer.from(input.Marker, 'base64url').toString('latin1'));
  if (!Number.isSafeInteger(start) || start < 0) throw new AwsError('ValidationError', `Invalid Marker.`);
  const end = start + (input.MaxItems ?? 100);
  if (end >= items.length) return { items: items.slice(start), IsTruncated: false };
  return { items: items.slice(start, end), IsTruncated: true, Marker: Buffer.from(String(end)).toString('base64url') };
}
