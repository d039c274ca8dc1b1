import { AwsError } from '../../core/errors';
import { type HttpRequest, signedTime } from '../../core/http';

/** Actions that a URL can ask for: those that read. Others by GET would let a link of any web page change something. */
const READING = /^(?:Get|List|Describe)/;

/**
 * Reads the form of a Query request in its URL, such as a presigned GetCallerIdentity's ("Signing AWS API requests,
 * query string"). Its signature isn't checked, as everywhere here.
 * @param now milliseconds since 1970
 * @throws AwsError `SignatureDoesNotMatch` after its expiry, `InvalidAction` for an action that doesn't read
 */
export function formInUrl({ query }: HttpRequest, now: number): URLSearchParams {
  const action = query.get('Action') ?? '';
  if (!READING.test(action)) throw new AwsError('InvalidAction', `${action} must be sent by POST to this endpoint.`);
  const seconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  const ends = signedTime(query) + seconds * 1000;
  if (now > ends)
    throw new AwsError(
      'SignatureDoesNotMatch',
      `Signature expired: ${stampOf(ends)} is now earlier than ${stampOf(now)}`,
      { status: 403 },
    );
  return query;
}

const stampOf = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
