import type { HttpRequest } from '../../../core/http';
import { accessDenied, invalidArgument, requestExpired } from '../errors';

const MAX_SECONDS = 604_800;

/**
 * Honours the expiry of a presigned URL. Its signature is accepted unread, as all signatures are here.
 * @throws AwsError `AccessDenied` when it is over, `AuthorizationQueryParametersError` as AWS's wording has it.
 */
export function checkPresigned(request: HttpRequest, now: number): void {
  const { query } = request;
  // Signature version 2 gives the second at which it ends.
  const epoch = query.get('Expires');
  if (query.has('AWSAccessKeyId') && epoch !== null) {
    const ends = new Date(Number(epoch) * 1000);
    if (Number.isNaN(ends.getTime())) throw accessDenied('Invalid date (should be seconds since epoch)');
    if (now > ends.getTime()) throw requestExpired(ends, new Date(now));
    return;
  }
  if (!query.has('X-Amz-Signature')) return;
  const seconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_SECONDS)
    throw invalidArgument('X-Amz-Expires must be less than a week (in seconds) that is 604800', 'X-Amz-Expires');
  const signed = parseDate(query.get('X-Amz-Date') ?? '');
  const ends = new Date(signed + seconds * 1000);
  if (Number.isNaN(signed))
    throw accessDenied("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (now > ends.getTime()) throw requestExpired(ends, new Date(now));
}

function parseDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
