/** An error as the page shows it: what happened, and what to do. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
}

/** A resource that is gone, with what to do. */
export class NotFound extends Error {
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

/** A request that makes no sense, with what is wrong with it. */
export class BadRequest extends Error {}

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

/** Milliseconds after which a part of the page counts as failed, so that it doesn't delay the rest. */
const PART_DEADLINE_MS = 5_000;

/** An answer that the SDK couldn't parse: from an emulator that lacks the operation, or from a proxy. */
const NOT_AWS: Problem = {
  title: 'The endpoint does not answer this operation as AWS does',
  detail: 'The rest of the page goes on without it. If AWS_ENDPOINT_URL names a proxy, check it.',
  code: 'UnknownAnswer',
};

/** Describes an error of an SDK client in a sentence. Never shows a stack trace, header or credential. */
export function problemOf(error: unknown): Problem {
  if (error instanceof NotFound) return { title: error.message, detail: error.advice, code: 'NotFound' };
  if (error instanceof BadRequest) return { title: error.message, detail: '', code: 'BadRequest' };
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

/**
 * The HTTP status by the error's cause: AWS's own 4xx for requests that the service refused (a typo in SQL, a missing
 * permission), 504 for a service that took too long, 502 for one that can't be reached or is broken.
 */
export function statusOf(error: unknown): 400 | 403 | 404 | 409 | 429 | 502 | 504 {
  const { name = '', $metadata } = (error ?? {}) as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (error instanceof NotFound) return 404;
  if (error instanceof BadRequest) return 400;
  if (name === 'TimeoutError') return 504;
  const status = $metadata?.httpStatusCode ?? 502;
  if (name.includes('Throttl') || name === 'TooManyRequestsException') return 429;
  if (status === 403 || status === 404 || status === 409) return status;
  return status >= 400 && status < 500 ? 400 : 502;
}

/** A part of a view, or its problem: one service that is down must not hide the others. */
export type Part<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** Waits for one part of a view, up to the deadline. */
export async function part<T>(work: Promise<T>): Promise<Part<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Part<T>>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, problem: NO_ANSWER }), PART_DEADLINE_MS);
  });
  const settled = work.then(
    (value): Part<T> => ({ ok: true, value }),
    (error: unknown): Part<T> => ({ ok: false, problem: problemOf(error) }),
  );
  const first = await Promise.race([settled, late]);
  clearTimeout(timer);
  return first;
}

const NO_ANSWER: Problem = {
  title: 'The service takes the connection and does not answer',
  detail: `Nothing came within ${PART_DEADLINE_MS / 1000} s. If it stays, restart the endpoint, or look at the network; the page tries again by itself.`,
  code: 'NoAnswer',
};
