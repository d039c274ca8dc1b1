import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import { type HttpRequest, type HttpResponse, hostId } from '../../../core/http';
import type { OperationModel } from '../../../core/model';
import type { Caller } from '../../../core/operation';
import { operationsOf, type RestProtocol } from '../../../core/service';
import { BodyTooLarge, isClientGone, readBody } from '../../../http/message';
import { escapeXml } from '../../../http/protocols/query';
import { payloadOf } from '../../../http/protocols/rest';
import { isDiskFull } from '../../../store/disk-space';
import { checkBodyText } from '../body/check-text';
import { contract } from '../contract';
import {
  accessDenied,
  expiredToken,
  invalidArgument,
  invalidOwnerId,
  invalidRequest,
  invalidToken,
  malformedXml,
  notImplemented,
  requestTimeout,
  requestTooBig,
} from '../errors';
import { type DocumentOutput, documentPuts } from '../operations/bucket-documents';
import { checkKey } from '../operations/common';
import { checkOwner } from '../policy';
import { S3State } from '../state';
import { type Address, addressOf } from './address';
import { answerPreflight, corsHeaders } from './cors-headers';
import { checkOneChecksum, checkPayloadDigest, checkSdkAlgorithm, digestsIn, streamInput } from './framing';
import { readMembers, rootOf, writeMembers } from './members';
import { checkPresigned, isPresigned, withHoistedHeaders } from './presigned';
import { operationFor } from './routes';
import { fromXml, parseXml, xmlDocument } from './xml';

/** Most bytes of a document; the keys of DeleteObjects and the parts of a completion need the most. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

export const operations = operationsOf(() => require('../operations') as typeof import('../operations'));

/** S3's REST protocol: finds the operation of a request, and renders errors in S3's XML. */
export const rest: RestProtocol = {
  answer,
  renderError: (error, request, requestId) => renderError(asS3(error), request, requestId),
};

async function answer(sent: HttpRequest, caller: Caller, cloud: Cloud, requestId: string): Promise<HttpResponse> {
  const request = withHoistedHeaders(sent);
  let address: Address = {};
  const respond = async () => {
    address = addressOf(request);
    if (request.method === 'OPTIONS') return answerPreflight(request, address, cloud);
    return call(request, address, caller, cloud, requestId);
  };
  const response = await respond().catch((error: unknown) =>
    renderError(toAwsError(error, request, cloud), request, requestId),
  );
  const headers = Object.assign(idsOf(requestId), response.headers);
  if (request.headers.origin !== undefined) Object.assign(headers, corsHeaders(request, address, cloud));
  return { status: response.status, headers, body: response.body };
}

async function call(
  request: HttpRequest,
  address: Address,
  caller: Caller,
  cloud: Cloud,
  requestId: string,
): Promise<HttpResponse> {
  checkPresigned(request, cloud.clock.now());
  checkPayloadDigest(request);
  checkOverrides(request);
  checkExpectedOwner(request, address, cloud);
  const model = operationFor(request, address);
  if (address.bucket !== undefined && address.key !== undefined) checkKey(address.bucket, address.key);
  const operation = operations().get(model.name);
  if (operation === undefined) throw notImplemented(`s3: ${model.name}`);
  checkRefused(request, model);
  const input = { ...readMembers(model, request, address), ...(await readInput(model, request)) };
  checkOwner(operation, input, { cloud, caller, requestId });
  const output = (await cloud.call(operation, input, caller, requestId)) as Record<string, unknown> | undefined;
  const response = render(model, output ?? {});
  return { ...response, headers: Object.assign(response.headers, ownHeaders[model.name]?.(address, cloud)) };
}

type OwnHeaders = (address: Address, cloud: Cloud) => Record<string, string> | undefined;

const regionHeader: OwnHeaders = ({ bucket = '' }, cloud) => {
  const found = cloud.state(S3State).buckets.get(bucket);
  return found && { 'x-amz-bucket-region': found.region };
};

/** Headers that the model lacks: a listing's bucket region, and the content type of HeadBucket's missing body. */
const ownHeaders: Readonly<Record<string, OwnHeaders>> = {
  HeadBucket: () => ({ 'content-type': 'application/xml' }),
  ListObjects: regionHeader,
  ListObjectsV2: regionHeader,
};

/** Checks the bucket owner that the client expects. @throws AwsError `AccessDenied` */
function checkExpectedOwner(request: HttpRequest, { bucket }: Address, cloud: Cloud): void {
  const expected = request.headers['x-amz-expected-bucket-owner'];
  if (expected === undefined) return;
  if (!/^\d{12}$/.test(expected)) throw invalidOwnerId(expected);
  const found = bucket === undefined ? undefined : cloud.state(S3State).buckets.get(bucket);
  if (found !== undefined && found.accountId !== expected) throw accessDenied();
}

/**
 * Checks a signed request's response headers.
 * @throws AwsError `InvalidRequest` if it isn't signed; `InvalidArgument` for a value that no header can hold
 */
function checkOverrides({ method, headers, query }: HttpRequest): void {
  if (method !== 'GET') return;
  for (const [name, value] of query) {
    if (
      !/^response-(cache-control|content-disposition|content-encoding|content-language|content-type|expires)$/.test(
        name,
      )
    )
      continue;
    if (headers.authorization === undefined && !isPresigned(query))
      throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
    if (/[^\0-\xff]/.test(value))
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', name, value);
  }
}

/**
 * Refuses members that change a request's meaning in unsupported ways. Ignoring them would store in plaintext what was
 * to be encrypted with the client's key, or leave unlocked what was to be locked.
 * @throws AwsError `NotImplemented`
 */
function checkRefused({ headers, query }: HttpRequest, { input }: OperationModel): void {
  for (const { fate, member } of contract.rulesOf(input)) {
    if (fate !== 'refused') continue;
    const { header = '', query: parameter = '' } = member.traits;
    const value = headers[header] ?? query.get(parameter) ?? '';
    if (value !== '' && value.toLowerCase() !== 'false')
      throw notImplemented(`s3: the ${header === '' ? `parameter ${parameter}` : `header ${header}`}`);
  }
}

/** Reads the members in the body, with the facts about its transfer that the operation needs. */
async function readInput({ name, input }: OperationModel, request: HttpRequest): Promise<Record<string, unknown>> {
  const payload = payloadOf(input);
  if (payload === undefined) return { ExpiresString: request.headers.expires };
  checkOneChecksum(request);
  if (payload.shape.type === 'blob') {
    checkSdkAlgorithm(request);
    // An algorithm without a value states nothing about the body.
    const unnamed = name === 'PutObject' ? { ChecksumAlgorithm: undefined } : {};
    return { ...unnamed, ...streamInput(request), ExpiresString: request.headers.expires };
  }
  const raw = await readBody(request.body, MAX_DOCUMENT_BYTES);
  const content = await checkBodyText(raw, { ...digestsIn(request, name), ...streamInput(request, false) });
  if (documentPuts.has(name)) return { Document: content };
  if (content.trim() !== '') return { [payload.name]: fromXml(payload.shape, parseXml(content)[rootOf(payload)]) };
  if (payload.required) throw malformedXml();
  return {};
}

/** Statuses that differ from the model's. */
const STATUS: Readonly<Record<string, number>> = { PutBucketPolicy: 204, PutBucketTagging: 204 };

function render(model: OperationModel, output: Record<string, unknown>) {
  const { headers, body } = writeMembers(model, output);
  const status = headers['content-range'] === undefined ? (STATUS[model.name] ?? model.http?.status ?? 200) : 206;
  const { Root, Content } = output as DocumentOutput;
  if (Content === undefined) return { status, headers, body };
  return {
    status,
    headers: { ...headers, 'content-type': Root === undefined ? 'application/json' : 'application/xml' },
    body: Root === undefined ? Content : xmlDocument(Root, Content),
  };
}

function toAwsError(error: unknown, request: HttpRequest, cloud: Cloud): AwsError {
  if (error instanceof AwsError) return asS3(error);
  if (error instanceof BodyTooLarge) return requestTooBig();
  if (isClientGone(error)) return requestTimeout();
  cloud.options.log(
    `${request.method} ${request.path} failed: ${error instanceof Error ? error.stack : String(error)}`,
  );
  const reason = isDiskFull(error) ? ' The disk of the local endpoint is full.' : '';
  return new AwsError('InternalError', `We encountered an internal error. Please try again.${reason}`, { status: 500 });
}

/** S3's form of errors from a role's session or KMS. */
function asS3(error: AwsError): AwsError {
  if (error.code === 'AccessDeniedException') return accessDenied(error.message);
  if (error.code === 'ExpiredTokenException') return expiredToken();
  if (error.code === 'UnrecognizedClientException') return invalidToken();
  return error;
}

function renderError(error: AwsError, request: HttpRequest, requestId: string): HttpResponse {
  const { headers: extra, ...fields } = error.fields as { headers?: Record<string, string> };
  const headers = { ...idsOf(requestId), ...extra };
  if (error.status === 304)
    return { status: 304, headers: { ...headers, etag: String((fields as { ETag?: string }).ETag) } };
  if (request.method === 'HEAD') return { status: error.status, headers };
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code>` +
    `<Message>${escapeXml(error.message)}</Message>${fieldsToXml(fields)}` +
    `<RequestId>${requestId}</RequestId><HostId>${hostId(requestId)}</HostId></Error>`;
  return { status: error.status, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

const fieldsToXml = (fields: object) =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join('');

/** S3's two ids of a request. */
const idsOf = (requestId: string) => ({ 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId) });
