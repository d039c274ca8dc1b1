import { type HttpRequest, MAX_VALIDITY_SECONDS, signedTime } from '../../../core/http';
import {
  accessDenied,
  badQueryParameters,
  headersNotSigned,
  requestExpired,
  requestNotYetValid,
  twoAuthentications,
} from '../errors';

const VERSION_4 = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'].map(
  (name) => `X-Amz-${name}`,
);

const ALGORITHMS: readonly string[] = ['AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'];

const incomplete = () =>
  accessDenied('Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');

/** Whether a URL is signed, by either version of AWS's signatures. */
export function isPresigned(query: URLSearchParams): boolean {
  return query.has('X-Amz-Signature') || (query.has('Signature') && query.has('AWSAccessKeyId'));
}

/** Headers that a signer can put into the URL: S3's own, and the conditions. */
const HOISTED = /^(?:x-amz-(?!(?:algorithm|credential|signature|date|signedheaders|expires)$).+|if-(?:none-)?match)$/;

/**
 * Checksums, which S3 ignores in a URL: the SDK for JavaScript signs that of no body into one ("Sharing objects with
 * presigned URLs").
 */
const IGNORED = /^x-amz-(?:sdk-checksum-algorithm|checksum-(?:crc32c?|crc64nvme|sha1|sha256))$/;

function hoistedHeaders(query: URLSearchParams): Readonly<Record<string, string>> {
  const named = [...query].map(([name, value]) => [name.toLowerCase(), value] as const);
  const hoisted = named.filter(([name]) => HOISTED.test(name) && !IGNORED.test(name));
  // A header's value has one character per byte.
  return Object.fromEntries(hoisted.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
}

/** A presigned request with the headers from its URL; sent headers take precedence. */
export function withHoistedHeaders(request: HttpRequest): HttpRequest {
  if (!isPresigned(request.query)) return request;
  return { ...request, headers: { ...hoistedHeaders(request.query), ...request.headers } };
}

/** Checks that a URL of version 4 signs S3's headers of a request. @throws AwsError `AccessDenied` */
function checkSignedHeaders({ query, headers }: HttpRequest): void {
  const signed = new Set(query.get('X-Amz-SignedHeaders')?.toLowerCase().split(';'));
  const hoisted = hoistedHeaders(query);
  const others = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signed.has(name) && !(name in hoisted),
  );
  if (others.length > 0) throw headersNotSigned(others);
}

/** How far a signer's clock may be ahead ("RequestTimeTooSkewed"). */
const MAX_SKEW_MS = 15 * 60_000;

/** A whole number; NaN for other texts, also for those that JavaScript takes: blanks, `0x10`, `1e3`. */
const wholeNumber = (text: string | null) => (/^[+-]?\d+$/.test(text ?? '') ? Number(text) : Number.NaN);

/**
 * Checks the times of a presigned URL. Its signature isn't checked, as everywhere here.
 * @throws AwsError `AccessDenied` after the expiry, or long before the signing; `AuthorizationQueryParametersError` in
 * AWS's wording; `InvalidArgument` for a header `Authorization` beside it; `AccessDenied` for headers of S3 that it
 * doesn't sign
 */
export function checkPresigned(request: HttpRequest, now: number): void {
  const { query, headers } = request;
  const mechanisms = [headers.authorization !== undefined, query.has('X-Amz-Algorithm'), query.has('Signature')];
  if (mechanisms.filter(Boolean).length > 1) throw twoAuthentications(headers.authorization);
  // Signature version 2 has the second of expiry.
  const epoch = query.get('Expires');
  if (query.has('AWSAccessKeyId') && epoch !== null) {
    const ends = new Date(wholeNumber(epoch) * 1000);
    if (Number.isNaN(ends.getTime())) throw accessDenied('Invalid date (should be seconds since epoch)');
    if (now > ends.getTime()) throw requestExpired(ends, new Date(now));
    if (!query.has('Signature')) throw incomplete();
    return;
  }
  if (query.has('AWSAccessKeyId') || (query.has('Signature') && epoch !== null)) throw incomplete();
  if (!VERSION_4.some((name) => query.has(name))) return;
  if (!VERSION_4.every((name) => query.has(name)))
    throw badQueryParameters(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  if (!ALGORITHMS.includes(query.get('X-Amz-Algorithm') ?? ''))
    throw badQueryParameters(`X-Amz-Algorithm only supports "${ALGORITHMS.join(' and ')}"`);
  if (!/^[^/]+\/\d{8}\/[^/]+\/[^/]+\/aws4_request$/.test(query.get('X-Amz-Credential') ?? ''))
    throw badQueryParameters(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  const seconds = wholeNumber(query.get('X-Amz-Expires'));
  if (Number.isNaN(seconds)) throw badQueryParameters('X-Amz-Expires should be a number');
  if (seconds < 0) throw badQueryParameters('X-Amz-Expires must be non-negative');
  if (seconds > MAX_VALIDITY_SECONDS)
    throw badQueryParameters(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_VALIDITY_SECONDS} seconds`,
    );
  const signed = signedTime(query);
  const ends = new Date(signed + seconds * 1000);
  if (Number.isNaN(signed))
    throw accessDenied("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const days = [query.get('X-Amz-Credential')?.split('/')[1], query.get('X-Amz-Date')?.slice(0, 8)];
  if (days[0] !== days[1])
    throw badQueryParameters(
      `Invalid credential date "${days[0]}". This date is not the same as X-Amz-Date: "${days[1]}".`,
    );
  if (signed > now + MAX_SKEW_MS) throw requestNotYetValid(signed, ends, new Date(now));
  if (now > ends.getTime()) throw requestExpired(ends, new Date(now), seconds);
  checkSignedHeaders(request);
}
