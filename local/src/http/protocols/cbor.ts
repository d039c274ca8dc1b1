import { AwsError } from '../../core/errors';
import type { HttpResponse } from '../../core/http';
import { jsonTextOf } from '../../core/json-text';
import { type CborTimeUnit, decodeCbor, encodeCbor } from './cbor-codec';
import { queryErrorHeader } from './json';

/** Content type of Kinesis' CBOR, with X-Amz-Target as in JSON; the Java SDK uses it. */
export const AWS_CBOR = 'application/x-amz-cbor-1.1';

/** Differences between the two CBOR protocols. */
export interface CborProtocol {
  readonly unit: CborTimeUnit;
  readonly headers: Readonly<Record<string, string>>;
}

export const AWS_CBOR_PROTOCOL: CborProtocol = { unit: 'milliseconds', headers: { 'content-type': AWS_CBOR } };

/** Smithy's RPC v2 CBOR: `POST /service/<name>/operation/<name>`. */
export const RPC_V2_CBOR_PROTOCOL: CborProtocol = {
  unit: 'seconds',
  headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
};

/** @throws AwsError `SerializationException` */
export function parseCbor(body: Buffer, { unit }: CborProtocol): unknown {
  if (body.length === 0) return {};
  try {
    return decodeCbor(body, unit);
  } catch (error) {
    throw new AwsError('SerializationException', `The request body is not CBOR: ${(error as Error).message}.`);
  }
}

export function renderCbor(output: unknown, { unit, headers }: CborProtocol, requestId: string): HttpResponse {
  const text = jsonTextOf(output);
  return {
    status: 200,
    headers: { ...headers, 'x-amzn-requestid': requestId },
    body: encodeCbor(text === undefined ? (output ?? {}) : JSON.parse(text.toString()), unit),
  };
}

export function renderCborError(error: AwsError, { unit, headers }: CborProtocol, requestId: string): HttpResponse {
  return {
    status: error.status,
    headers: { ...headers, 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code, ...queryErrorHeader(error) },
    body: encodeCbor(
      { __type: error.code, ...(error.message === '' ? {} : { message: error.message }), ...error.fields },
      unit,
    ),
  };
}
