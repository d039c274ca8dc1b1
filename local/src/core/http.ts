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

/** Milliseconds since 1970 of a presigned URL's X-Amz-Date, `20261126T174500Z`; NaN without one in that form. */
export function signedTime(query: URLSearchParams): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
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
