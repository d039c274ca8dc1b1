import type { Readable } from 'node:stream';

/** A request for services, independent of its HTTP version. */
export interface HttpRequest {
  readonly method: string;
  /** Path as sent: percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
}

/** Value of `x-amz-id-2`: 64 bytes in base64. Repeated, since a digest would take longer than many a request. */
export const hostId = (requestId: string): string =>
  Buffer.from(requestId.replaceAll('-', '').repeat(2)).toString('base64');

/** A request's SigV4 credential scope: access key, region and service. */
export interface Credential {
  readonly accessKeyId?: string;
  readonly region?: string;
  readonly service?: string;
}

/** Longest validity of a presigned URL, in seconds: a week ("Signature Version 4 for API requests"). */
export const MAX_VALIDITY_SECONDS = 604_800;

/** Milliseconds since 1970 of a presigned URL's X-Amz-Date, `20261126T174500Z`; NaN without a date in that form. */
export function signedTime(query: URLSearchParams): number {
  const text = query.get('X-Amz-Date') ?? '';
  const time = Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  // Another form than the basic one, and days that no month has, such as February 30.
  return !Number.isNaN(time) && basicTime(time) === text ? time : Number.NaN;
}

/** A time in ISO 8601's basic format, as signatures have it. @param time milliseconds since 1970, of a year to 9999 */
export const basicTime = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
