import { isDate } from 'node:util/types';
import { type AwsError, serialization } from '../../core/errors';
import type { HttpRequest, HttpResponse } from '../../core/http';
import type { Member, Model, Shape, StructureShape } from '../../core/model';
import { parseJson } from './json';
import { bodyMembersOf, payloadOf, type Route, readLocated, writeLocated } from './rest';

/**
 * Reads the members of a REST-JSON request (Smithy 2.0, "AWS restJson1 protocol"): from path, query and headers, and
 * from a body that is one member (`payload`) or JSON with the others.
 * @throws AwsError `SerializationException` for a body that isn't JSON
 */
export function readRestJson(
  { operation: { input }, labels }: Route,
  request: HttpRequest,
  body: Buffer,
): Record<string, unknown> {
  const located = readLocated(input, request, labels);
  const payload = payloadOf(input);
  if (payload !== undefined)
    return body.length === 0 ? located : { ...located, [payload.name]: readPayload(payload, body) };
  if (body.length === 0 || bodyMembersOf(input).length === 0) return located;
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw serialization('The request body is not a JSON object.');
  return { ...parsed, ...located };
}

function readPayload({ shape }: Member, body: Buffer): unknown {
  if (shape.type === 'blob') return body;
  return shape.type === 'string' ? body.toString('utf8') : parseJson(body);
}

/** Renders an output to headers, status and body, by the model. */
export function renderRestJson({ operation }: Route, output: unknown, requestId: string): HttpResponse {
  const { headers, body, status } = writeLocated(operation.output, (output ?? {}) as Record<string, unknown>);
  const common = { 'x-amzn-requestid': requestId, ...headers };
  const success = status ?? operation.http?.status ?? 200;
  const payload = payloadOf(operation.output);
  if (payload !== undefined && payload.shape.type === 'blob')
    return { status: success, headers: common, body: body[payload.name] as HttpResponse['body'] };
  // 204 and 304 have no body.
  if (success === 204 || success === 304) return { status: success, headers: common };
  const value =
    payload === undefined ? toModelJson(operation.output, body) : toModelJson(payload.shape, body[payload.name]);
  return {
    status: success,
    headers: { 'content-type': 'application/json', ...common },
    body: JSON.stringify(value ?? {}),
  };
}

export function renderRestJsonError(error: AwsError, model: Model, requestId: string): HttpResponse {
  const status = error.givenStatus ?? model.errorStatus(error.code) ?? 400;
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code },
    body: JSON.stringify({
      __type: error.code,
      Type: status < 500 ? 'User' : 'Service',
      message: error.message,
      Message: error.message,
      ...error.fields,
    }),
  };
}

/** A value as JSON, with the model's names and time formats. Unknown members are omitted. */
export function toModelJson(shape: Shape, value: unknown, format?: string): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.type) {
    case 'structure':
      return structureToJson(shape, value as Record<string, unknown>);
    case 'list':
      return (value as unknown[]).map((item) => toModelJson(shape.of.shape, item) ?? null);
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, toModelJson(shape.of.shape, item) ?? null]),
      );
    case 'timestamp':
      return isDate(value) ? timeToJson(value, format ?? shape.traits.format) : value;
    case 'blob':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
    default:
      return value;
  }
}

function structureToJson(shape: StructureShape, value: Record<string, unknown>): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { name, traits, shape: type } of shape.members.values()) {
    const member = toModelJson(type, value[name], traits.format);
    if (member !== undefined) json[traits.json ?? name] = member;
  }
  return json;
}

function timeToJson(value: Date, format = 'epoch-seconds'): string | number {
  if (format === 'date-time') return value.toISOString();
  return format === 'http-date' ? value.toUTCString() : value.getTime() / 1000;
}
