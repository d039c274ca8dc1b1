/** An error as the page shows it: what happened, and what to do about it. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'Nothing answers at the endpoint. Start it (npm run local); this page goes on by itself once it is there.',
  ECONNRESET: 'The connection broke. The page tries again by itself.',
  TimeoutError: 'The service took too long. The page tries again by itself.',
  CredentialsProviderError:
    'No AWS credentials were found. Set a profile or sign in (aws sso login), then restart the console.',
  ExpiredTokenException: 'The credentials have expired. Sign in again, then restart the console.',
  AccessDeniedException: 'The credentials may not do this. Ask for the action that the message names.',
  AccessDenied: 'The credentials may not do this. Ask for the action that the message names.',
  ResourceNotFoundException:
    'It is not there. If the stack was destroyed or changed, apply it again and restart the console.',
  UnrecognizedClientException: 'The credentials are not valid here. Sign in again, then restart the console.',
  NoSuchBucket: 'The bucket is not there. If the stack was destroyed, apply it again.',
  EntityNotFoundException: 'The catalog does not have it. If the stack was destroyed, apply it again.',
  NotImplementedException: 'This endpoint does not answer that operation; the rest of the page goes on without it.',
  UnknownOperationException: 'This endpoint does not answer that operation; the rest of the page goes on without it.',
};

/** The SDK couldn't read the answer: a stand-in's page about an operation that it doesn't have, or a proxy's. */
const NOT_AWS: Problem = {
  title: 'The endpoint does not answer this operation as AWS does',
  detail: 'The rest of the page goes on without it. If AWS_ENDPOINT_URL names a proxy, check it.',
  code: 'UnknownAnswer',
};

/** Turns whatever an SDK client threw into a sentence. Never shows a stack trace, header or credential. */
export function problemOf(error: unknown): Problem {
  const { name = 'Error', message = '', code } = (error ?? {}) as { name?: string; message?: string; code?: string };
  const nested = (error as { cause?: { code?: string } })?.cause?.code;
  const key = [code, nested, name].find((candidate) => candidate !== undefined && candidate in ADVICE) ?? name;
  if (message.includes('Deserialization error')) return NOT_AWS;
  return {
    title: key === 'ECONNREFUSED' ? 'The service is not reachable' : message === '' ? name : message,
    detail: ADVICE[key] ?? 'The page tries again by itself. If it stays, the message says what the service refused.',
    code: key,
  };
}

/** A part of a view that may be there or not: one service that is down must not take the page with it. */
export type Part<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** Settles one part of a view. */
export async function part<T>(work: Promise<T>): Promise<Part<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}
