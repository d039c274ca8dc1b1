import { ForeignAnswer } from './answers';
import { ProxyError } from './proxy';

/**
 * Kinds of failed requests and records, by the sender's reaction.
 * - `throttled`: the stream or the account is at its limit; sent again, later and slower
 * - `transient`: the service or the network failed; sent again
 * - `rejected`: the service refused this input, and would again
 * - `denied`: no credentials, or credentials without access: no record will be accepted
 * - `no-stream`: the stream doesn't exist
 * - `unreachable`: the endpoint doesn't answer, or a proxy blocks all requests
 */
export type FailureKind = 'throttled' | 'transient' | 'rejected' | 'denied' | 'no-stream' | 'unreachable';

/** A failure, with the service's code. */
export interface Failure {
  readonly kind: FailureKind;
  /** The service's error code, or the network's, such as `InternalFailure` or `ECONNRESET`. */
  readonly code: string;
  readonly message: string;
}

/** Error codes, from "Common Error Types" and PutRecords' own errors in the Kinesis Data Streams API reference. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  ProvisionedThroughputExceededException: 'throttled',
  LimitExceededException: 'throttled',
  KMSThrottlingException: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  RequestThrottled: 'throttled',
  RequestThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  SlowDown: 'throttled',
  InternalFailure: 'transient',
  InternalFailureException: 'transient',
  RequestTimeout: 'transient',
  ServiceUnavailable: 'transient',
  ResourceInUseException: 'transient',
  RequestExpired: 'transient',
  ResourceNotFoundException: 'no-stream',
  CredentialsProviderError: 'denied',
  TokenProviderError: 'denied',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  UnrecognizedClientException: 'denied',
  InvalidClientTokenId: 'denied',
  InvalidSignatureException: 'denied',
  SignatureDoesNotMatch: 'denied',
  IncompleteSignature: 'denied',
  MissingAuthenticationToken: 'denied',
  MissingAuthenticationTokenException: 'denied',
  ExpiredTokenException: 'denied',
  ExpiredToken: 'denied',
  NotLocal: 'denied',
  OptInRequired: 'denied',
  NotAuthorized: 'denied',
  KMSAccessDeniedException: 'denied',
  KMSDisabledException: 'denied',
  KMSInvalidStateException: 'denied',
  KMSNotFoundException: 'denied',
  KMSOptInRequired: 'denied',
  ValidationException: 'rejected',
  InvalidArgumentException: 'rejected',
  SerializationException: 'rejected',
  UnknownOperationException: 'rejected',
  InvalidAction: 'rejected',
};

/** The kind of an error code within a PutRecords answer. Unknown codes are retried. */
export const recordFailureKind = (code: string): FailureKind => KINDS[code] ?? 'transient';

interface ErrorShape {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

/** Classifies an error of the SDK: by its name, else by the HTTP status, else as a failure of the network. */
export function classify(error: unknown): Failure {
  const { name, code, message = String(error), $metadata } = (error ?? {}) as ErrorShape;
  const status = $metadata?.httpStatusCode;
  if (message.startsWith('Region is missing')) return { kind: 'denied', code: 'NoRegion', message };
  if (error instanceof ForeignAnswer || error instanceof ProxyError) {
    // A gateway's 502 may pass; a page that asks to sign in, or says that the site is blocked, stays.
    return { kind: error.status >= 500 ? 'transient' : 'unreachable', code: error.name, message };
  }
  const clockWasWrong = $metadata?.clockSkewCorrected === true && KINDS[name ?? ''] === 'denied';
  if (clockWasWrong) return { kind: 'transient', code: 'ClockSkew', message };
  const known = KINDS[name ?? ''];
  if (known !== undefined && !(known === 'rejected' && (status ?? 0) >= 500)) {
    return { kind: known, code: name ?? '', message };
  }
  if (status === 429) return { kind: 'throttled', code: name ?? 'HTTP 429', message };
  if (status === 413) return { kind: 'rejected', code: 'HTTP 413', message };
  if (status === 401 || status === 403) return { kind: 'denied', code: name ?? `HTTP ${status}`, message };
  if (status !== undefined && status >= 400 && status < 500) {
    return { kind: 'rejected', code: name ?? `HTTP ${status}`, message };
  }
  return { kind: 'transient', code: code ?? name ?? 'Error', message };
}

/** An error that ends the run: no record will be accepted. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}
