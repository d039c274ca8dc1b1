import type { HttpRequest } from '../../../core/http';
import { ALGORITHMS, checksumHeader } from '../body/checksum';
import { invalidPayloadDigest, invalidRequest, missingContentLength } from '../errors';

/** Checks that headers have at most one checksum of the body. @throws AwsError `InvalidRequest` */
export function checkOneChecksum({ headers }: HttpRequest): void {
  if (ALGORITHMS.filter((name) => headers[checksumHeader(name)] !== undefined).length > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
}

/**
 * Checks the algorithm that an SDK names: it must be that of the checksum in a header or a trailer.
 * @throws AwsError `InvalidRequest`
 */
export function checkSdkAlgorithm({ headers }: HttpRequest): void {
  const named = headers['x-amz-sdk-checksum-algorithm'];
  if (named === undefined) return;
  const trailers = headers['x-amz-trailer']?.toLowerCase().split(/\s*,\s*/) ?? [];
  const given = ALGORITHMS.filter((algorithm) => {
    const header = checksumHeader(algorithm);
    return headers[header] !== undefined || trailers.includes(header);
  });
  if (given.length === 0 && trailers.length === 0)
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  if (!(given as readonly string[]).includes(named.toUpperCase()))
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
}

/** The digests of a document in a request's headers, which the model lacks for most operations. */
export function digestsIn({ headers }: HttpRequest, operation: string): Record<string, string | undefined> {
  const ContentMD5 = headers['content-md5'];
  // CompleteMultipartUpload's checksums are of the object, not of the list of its parts.
  if (operation === 'CompleteMultipartUpload') return { ContentMD5 };
  const checksums = ALGORITHMS.map((name) => [`Checksum${name}`, headers[checksumHeader(name)]]);
  const ChecksumAlgorithm = headers['x-amz-sdk-checksum-algorithm']?.toUpperCase();
  return { ContentMD5, ChecksumAlgorithm, ...Object.fromEntries(checksums) };
}

const SHA256 = /^[0-9a-f]{64}$/i;
/** What `x-amz-content-sha256` says in place of a digest ("Signature calculations for the Authorization header"). */
const UNSIGNED_OR_STREAMING = [
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
];

/** Checks the form of the payload's digest. @throws AwsError `InvalidArgument` */
export function checkPayloadDigest({ headers }: HttpRequest): void {
  const given = headers['x-amz-content-sha256'];
  if (given !== undefined && !SHA256.test(given) && !UNSIGNED_OR_STREAMING.includes(given))
    throw invalidPayloadDigest(given, UNSIGNED_OR_STREAMING);
}

/** Framing and digests of a request's body, for the operation that reads it. */
export function streamInput(request: HttpRequest, required = true): Record<string, unknown> {
  const { headers } = request;
  const payload = headers['x-amz-content-sha256'];
  const awsChunked =
    payload?.startsWith('STREAMING-') === true || (headers['content-encoding'] ?? '').includes('aws-chunked');
  const length = awsChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (required && length === undefined) throw missingContentLength();
  const trailer = headers['x-amz-trailer']?.toLowerCase();
  const algorithm = ALGORITHMS.find((name) => trailer === checksumHeader(name));
  if (awsChunked && trailer !== undefined && algorithm === undefined)
    throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
  return {
    Body: request.body,
    AwsChunked: awsChunked,
    Trailer: trailer,
    ContentLength: length === undefined ? undefined : /^\d+$/.test(length) ? Number(length) : Number.NaN,
    ContentSHA256: SHA256.test(payload ?? '') ? payload?.toLowerCase() : undefined,
    ...(algorithm !== undefined && { ChecksumAlgorithm: algorithm }),
  };
}
