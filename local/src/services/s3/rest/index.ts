import { createHash } from 'node:crypto';
import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { HttpRequest, HttpResponse } from '../../../core/http';
import type { Caller } from '../../../core/operation';
import type { RestProtocol } from '../../../core/service';
import { BodyTooLarge, isClientGone, readBody } from '../../../http/message';
import { escapeXml } from '../../../http/protocols/query';
import { checkBodyText } from '../body/check-text';
import { isAlgorithm } from '../body/checksum';
import { contract } from '../contract';
import {
  accessDenied,
  expiredToken,
  invalidOwnerId,
  invalidToken,
  malformedXml,
  missingContentLength,
  notImplemented,
  requestTimeout,
  requestTooBig,
} from '../errors';
import { completeMultipartUpload } from '../operations/multipart';
import { S3State } from '../state';
import { type Address, addressOf } from './address';
import { answerPreflight, corsHeaders } from './cors';
import { readMembers, writeMembers } from './members';
import { checkPresigned } from './presigned';
import { ROUTES, type Route, SUB_RESOURCES } from './routes';
import { membersToXml, parseXml, xmlDocument } from './xml';

/** Documents are small, but for the keys of a DeleteObjects or the parts of a completion. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** S3's REST protocol: what of a request means which operation, and errors in S3's XML. */
export const rest: RestProtocol = {
  answer,
  renderError: (error, request, requestId) => renderError(asS3(error), request, requestId),
};

async function answer(request: HttpRequest, caller: Caller, cloud: Cloud, requestId: string): Promise<HttpResponse> {
  let address: Address = {};
  const respond = async () => {
    address = addressOf(request);
    if (request.method === 'OPTIONS') return answerPreflight(request, address, cloud);
    return call(request, address, caller, cloud, requestId);
  };
  const response = await respond().catch((error: unknown) =>
    renderError(toAwsError(error, request, cloud), request, requestId),
  );
  return { ...response, headers: { ...response.headers, ...corsHeaders(request, address, cloud) } };
}

async function call(
  request: HttpRequest,
  address: Address,
  caller: Caller,
  cloud: Cloud,
  requestId: string,
): Promise<HttpResponse> {
  checkPresigned(request, cloud.clock.now());
  checkExpectedOwner(request, address, cloud);
  const route = routeOf(request, address);
  checkRefused(request, route.operation.name);
  const input = { ...readMembers(request), ...(await readInput(route, request)) } as Record<string, unknown>;
  if (address.bucket !== undefined) input.Bucket = address.bucket;
  if (address.key !== undefined) input.Key = address.key;
  const output = (await cloud.call(route.operation, input, caller, requestId)) as Record<string, unknown> | undefined;
  return render(route, output ?? {}, requestId);
}

/** A client can make sure whose bucket it talks to. @throws AwsError `AccessDenied`. */
function checkExpectedOwner(request: HttpRequest, { bucket }: Address, cloud: Cloud): void {
  const expected = request.headers['x-amz-expected-bucket-owner'];
  const found = bucket === undefined ? undefined : cloud.state(S3State).buckets.get(bucket);
  if (expected !== undefined && !/^\d{12}$/.test(expected)) throw invalidOwnerId(expected);
  if (expected !== undefined && found !== undefined && found.accountId !== expected) throw accessDenied();
}

/**
 * Members that change what a request means, in ways that are not here. To pass over them would be to store plainly what
 * was to be encrypted with the client's key, or to leave open what was to be locked.
 * @throws AwsError `NotImplemented`.
 */
function checkRefused({ headers, query }: HttpRequest, operation: string): void {
  for (const { fate, member } of contract.rulesOf(contract.modelOf(operation).input)) {
    if (fate !== 'refused') continue;
    const { header = '', query: parameter = '' } = member.traits;
    const value = headers[header.toLowerCase()] ?? query.get(parameter) ?? '';
    if (value !== '' && value.toLowerCase() !== 'false')
      throw notImplemented(`s3: the ${header === '' ? `parameter ${parameter}` : `header ${header.toLowerCase()}`}`);
  }
}

function routeOf(request: HttpRequest, address: Address): Route {
  const scope = address.key !== undefined ? 'object' : address.bucket !== undefined ? 'bucket' : 'service';
  const found = ROUTES.find(
    (route) =>
      route.method === request.method &&
      route.scope === scope &&
      (route.flag === undefined || request.query.has(route.flag)) &&
      (route.parameter === undefined || request.query.has(route.parameter)) &&
      (route.header === undefined || request.headers[route.header] !== undefined),
  );
  const unknown = [...request.query.keys()].find((name) => SUB_RESOURCES.has(name));
  if (found === undefined || (found.flag === undefined && unknown !== undefined)) {
    const what = unknown === undefined ? '' : `?${unknown}`;
    throw notImplemented(`s3: ${request.method} of a ${scope}${what}`);
  }
  return found;
}

async function readInput(route: Route, request: HttpRequest): Promise<Record<string, unknown>> {
  if (route.body === undefined) return {};
  if (route.body === 'stream') return streamInput(request);
  const framing = streamInput(request, false);
  const raw = await readBody(request.body, MAX_DOCUMENT_BYTES);
  const members = readMembers(request);
  // The checksums of a completion are those of the object, not of the list of its parts.
  const ofBody = route.operation === completeMultipartUpload ? { ContentMD5: members.ContentMD5 } : members;
  const content = await checkBodyText(raw, { ...ofBody, ...framing });
  if (route.body === 'text') return { Document: content };
  if (content.trim() === '') {
    // Only CreateBucket has a document that may be missing.
    if (request.method === 'PUT' && !request.query.has('tagging')) return {};
    throw malformedXml();
  }
  return route.body(parseXml(content));
}

/** How the body of a request is framed, for the operation that reads it. */
function streamInput(request: HttpRequest, required = true): Record<string, unknown> {
  const { headers } = request;
  const payload = headers['x-amz-content-sha256'];
  const awsChunked =
    payload?.startsWith('STREAMING-') === true || (headers['content-encoding'] ?? '').includes('aws-chunked');
  const length = awsChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (required && length === undefined) throw missingContentLength();
  const trailer = /x-amz-checksum-([a-z0-9]+)/i.exec(headers['x-amz-trailer'] ?? '')?.[1]?.toUpperCase();
  return {
    Body: request.body,
    AwsChunked: awsChunked,
    ContentLength: length === undefined ? undefined : Number(length),
    ContentSHA256: /^[0-9a-f]{64}$/.test(payload ?? '') ? payload : undefined,
    ...(trailer !== undefined && isAlgorithm(trailer) ? { ChecksumAlgorithm: trailer } : {}),
  };
}

function render(route: Route, output: Record<string, unknown>, requestId: string): HttpResponse {
  const custom = route.write?.(output as never);
  const { Body: body, ...members } = output;
  const { headers, rest } = writeMembers(members, route.root !== undefined || custom !== undefined);
  const common = { 'x-amz-request-id': requestId, ...headers, ...custom?.headers };
  const ranged = headers['content-range'] !== undefined;
  const status = ranged ? 206 : (route.status ?? 200);
  if (custom !== undefined) return { status, headers: common, body: custom.body };
  if (route.root === undefined) return { status, headers: common, body: body as HttpResponse['body'] };
  return {
    status,
    headers: { ...common, 'content-type': 'application/xml' },
    body: xmlDocument(route.root, membersToXml(rest)),
  };
}

function toAwsError(error: unknown, request: HttpRequest, cloud: Cloud): AwsError {
  if (error instanceof AwsError) return asS3(error);
  if (error instanceof BodyTooLarge) return requestTooBig();
  if (isClientGone(error)) return requestTimeout();
  const { code } = error as NodeJS.ErrnoException;
  cloud.options.log(
    `${request.method} ${request.path} failed: ${error instanceof Error ? error.stack : String(error)}`,
  );
  const reason = code === 'ENOSPC' ? ' The disk of the local endpoint is full.' : '';
  return new AwsError('InternalError', `We encountered an internal error. Please try again.${reason}`, { status: 500 });
}

/** S3's own form of the errors that come from beneath it: of a role's session, or of KMS. */
function asS3(error: AwsError): AwsError {
  if (error.code === 'AccessDeniedException') return accessDenied(error.message);
  if (error.code === 'ExpiredTokenException') return expiredToken();
  if (error.code === 'UnrecognizedClientException') return invalidToken();
  return error;
}

function renderError(error: AwsError, request: HttpRequest, requestId: string): HttpResponse {
  const { headers: extra, ...fields } = error.fields as { headers?: Record<string, string> };
  const headers = { 'x-amz-request-id': requestId, ...extra };
  if (error.status === 304)
    return { status: 304, headers: { ...headers, etag: String((fields as { ETag?: string }).ETag) } };
  if (request.method === 'HEAD') return { status: error.status, headers };
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code>` +
    `<Message>${escapeXml(error.message)}</Message>${membersToXml(fields)}` +
    `<RequestId>${requestId}</RequestId><HostId>${hostId(requestId)}</HostId></Error>`;
  return { status: error.status, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** The second id by which S3 names a request. */
const hostId = (requestId: string): string => createHash('sha512').update(requestId).digest('base64');
