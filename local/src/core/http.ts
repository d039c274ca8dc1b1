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
