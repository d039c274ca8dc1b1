import { AwsError } from '../../core/errors';
import { basicTime, type HttpRequest, MAX_VALIDITY_SECONDS, signedTime } from '../../core/http';

/** Actions that a URL can ask for: those that read. Others by GET would let a link of any web page change something. */
const READING = /^(?:Get|List|Describe)/;

const SIGNATURE = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date'].map((name) => `X-Amz-${name}`);

/**
 * Reads the form of a Query request in its URL, such as a presigned GetCallerIdentity's ("Signing AWS API requests,
 * query string"). Its signature isn't checked, as everywhere here.
 * @param now milliseconds since 1970
 * @throws AwsError `IncompleteSignature` for parameters of the signature that are missing or malformed,
 * `SignatureDoesNotMatch` after its expiry, `InvalidAction` for an action that doesn't read
 */
export function formInUrl({ query }: HttpRequest, now: number): URLSearchParams {
  const action = query.get('Action') ?? '';
  if (!READING.test(action)) throw new AwsError('InvalidAction', `${action} must be sent by POST to this endpoint.`);
  // A request that is signed by its Authorization header has no expiry of its own.
  if ([...query.keys()].some((name) => name.startsWith('X-Amz-'))) checkExpiry(query, now);
  return query;
}

function checkExpiry(query: URLSearchParams, now: number): void {
  const missing = SIGNATURE.filter((name) => !query.has(name));
  if (missing.length > 0)
    throw incompleteSignature(
      `${missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('')}` +
        'Re-examine the query-string parameters.',
    );
  const signed = signedTime(query);
  if (Number.isNaN(signed))
    throw incompleteSignature(
      `Date must be in ISO-8601 'basic format'. Got '${query.get('X-Amz-Date')}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  const validity = query.get('X-Amz-Expires');
  if (validity === null) return;
  const seconds = /^\d+$/.test(validity) ? Number(validity) : Number.NaN;
  // A time beyond the range of dates would have no text for the message.
  if (!(seconds <= MAX_VALIDITY_SECONDS))
    throw incompleteSignature(
      `X-Amz-Expires must be a whole number of seconds from 0 to ${MAX_VALIDITY_SECONDS}. Got '${validity}'.`,
    );
  const ends = signed + seconds * 1000;
  if (now > ends)
    throw new AwsError(
      'SignatureDoesNotMatch',
      `Signature expired: ${basicTime(ends)} is now earlier than ${basicTime(now)}`,
      { status: 403 },
    );
}

/** AWS's error for a signature that doesn't conform to its standards ("Common Error Types"). */
const incompleteSignature = (message: string) => new AwsError('IncompleteSignature', message);
