import { isDate } from 'node:util/types';
import type { Contract } from '../../core/contract';
import { type AwsError, serialization } from '../../core/errors';
import type { HttpResponse } from '../../core/http';
import { jsonTextOf } from '../../core/json-text';
import { Memo } from '../../core/memo';
import type { Shape, StructureShape } from '../../core/model';

/**
 * Parses a body. @throws AwsError `SerializationException`, without a text as on AWS; an empty body is an error too,
 * since no members are `{}`
 */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw serialization('');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw serialization('');
  }
}

/** AWS JSON 1.0 and 1.1: timestamps as epoch seconds, blobs as base64. @param shape the output's */
export function renderJson(
  output: unknown,
  shape: StructureShape | undefined,
  contentType: string,
  requestId: string,
): HttpResponse {
  const json = () => JSON.stringify(shape !== undefined && isPlain.get(shape) ? output : toJson(output));
  return {
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body: output === undefined ? '' : (jsonTextOf(output) ?? json()),
  };
}

/** Whether a shape has no timestamps and blobs: a copy for JSON would cost as much as the text itself. */
const isPlain = new Memo((shape: StructureShape) => hasOnlyJson(shape, new Set()));

function hasOnlyJson(shape: Shape, seen: Set<Shape>): boolean {
  if (seen.has(shape)) return true;
  seen.add(shape);
  if (shape.type === 'structure') return [...shape.members.values()].every((member) => hasOnlyJson(member.shape, seen));
  if (shape.type === 'list' || shape.type === 'map') return hasOnlyJson(shape.of.shape, seen);
  return shape.type === 'string' || shape.type === 'number' || shape.type === 'boolean';
}

/** @param contract contract of the service, which determines the names of the error and its message */
export function renderJsonError(
  error: AwsError,
  contentType: string,
  requestId: string,
  contract: Contract<never> | undefined,
): HttpResponse {
  return {
    status: error.status,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
      ...queryErrorHeader(error),
    },
    body: JSON.stringify({
      __type: contract?.options.errorType?.(error.code) ?? error.code,
      ...(error.message === '' ? {} : { [contract?.model.messageName(error.code) ?? 'message']: error.message }),
      ...(toJson(error.fields) as object),
    }),
  };
}

/** Header with the Query protocol's error code, for clients that once used that protocol. */
export function queryErrorHeader(error: AwsError): Record<string, string> {
  if (error.queryCode === undefined) return {};
  return { 'x-amzn-query-error': `${error.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}` };
}

/** Copies a value with dates as epoch seconds and byte arrays as base64. */
export function toJson(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (isDate(value)) return value.getTime() / 1000;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  const copy: Record<string, unknown> = {};
  for (const name in value) copy[name] = toJson((value as Record<string, unknown>)[name]);
  return copy;
}
