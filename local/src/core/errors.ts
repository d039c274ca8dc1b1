/**
 * An error for the caller, in AWS's terms. Services throw it; the HTTP layer renders it once per protocol (JSON, Query
 * XML, REST XML, CBOR), so that an SDK raises the exception class of the same name.
 */
export class AwsError extends Error {
  /**
   * @param code AWS's exception name, such as `ResourceNotFoundException`.
   * @param message what was wrong, in AWS's wording where it is known.
   * @param options.status HTTP status. @default 400
   * @param options.fields further members of the error's shape.
   * @param options.queryCode the error's code in the Query protocol, for services that have both protocols.
   * @default `code`
   */
  constructor(
    readonly code: string,
    message: string,
    options: { status?: number; fields?: Readonly<Record<string, unknown>>; queryCode?: string } = {},
  ) {
    super(message);
    this.name = code;
    this.givenStatus = options.status;
    this.status = options.status ?? 400;
    this.fields = options.fields ?? {};
    this.queryCode = options.queryCode;
  }

  readonly status: number;
  /** The given status, if any: without one, REST's errors have the status of AWS's model. */
  readonly givenStatus: number | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly queryCode: string | undefined;
}

/** The error for a missing operation: named, so that the gap isn't mistaken for an empty answer. */
export function notImplemented(service: string, operation: string): AwsError {
  return new AwsError(
    'NotImplementedException',
    `${service}.${operation} is not implemented by this local endpoint; docs/local.md lists the operations that are.`,
    { status: 501 },
  );
}

/** The error for a request that can't be parsed. */
export const serialization = (message: string) => new AwsError('SerializationException', message);
