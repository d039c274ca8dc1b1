import type { Cloud } from '../../../core/cloud';
import type { HttpRequest, HttpResponse } from '../../../core/http';
import { type CorsRule, corsRuleFor } from '../cors';
import { badRequest, corsForbidden } from '../errors';
import { S3State } from '../state';
import type { Address } from './address';

/**
 * Answers a browser's preflight request.
 * @throws AwsError `BadRequest`; `AccessForbidden` unless a rule of the bucket allows it
 */
export function answerPreflight(request: HttpRequest, address: Address, cloud: Cloud): HttpResponse {
  const { origin, 'access-control-request-method': method } = request.headers;
  if (origin === undefined) throw badRequest('Insufficient information. Origin request header needed.');
  if (method === undefined) throw badRequest('Invalid Access-Control-Request-Method: null');
  const resource = address.key === undefined ? 'BUCKET' : 'OBJECT';
  const document = documentOf(address, cloud);
  if (document === undefined) throw corsForbidden('CORS is not enabled for this bucket.', method, resource);
  const headers = askedHeaders(request);
  const rule = corsRuleFor(document, { origin, method, headers });
  if (rule === undefined)
    throw corsForbidden(
      "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      method,
      resource,
    );
  const allowed: Record<string, string> =
    headers.length === 0 ? {} : { 'access-control-allow-headers': headers.join(', ').toLowerCase() };
  return { status: 200, headers: { ...headersOf(rule, origin), ...allowed } };
}

/** The `Access-Control-*` headers of a response; none if no CORS rule of the bucket matches. */
export function corsHeaders(request: HttpRequest, address: Address, cloud: Cloud): Readonly<Record<string, string>> {
  // S3 applies a preflight's headers to any request.
  const { origin, 'access-control-request-method': method = request.method } = request.headers;
  const document = origin === undefined ? undefined : documentOf(address, cloud);
  if (origin === undefined || document === undefined) return {};
  const rule = corsRuleFor(document, { origin, method, headers: askedHeaders(request) });
  return rule === undefined ? {} : headersOf(rule, origin);
}

function askedHeaders({ headers }: HttpRequest): string[] {
  const asked = (headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim());
  return asked.filter((name) => name !== '');
}

function documentOf({ bucket }: Address, cloud: Cloud): string | undefined {
  return bucket === undefined ? undefined : cloud.state(S3State).buckets.get(bucket)?.documents.cors;
}

function headersOf({ origins, methods, exposed, maxAge }: CorsRule, origin: string): Record<string, string> {
  return {
    ...(origins.includes('*')
      ? { 'access-control-allow-origin': '*' }
      : { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }),
    'access-control-allow-methods': methods.join(', '),
    ...(exposed.length === 0 ? {} : { 'access-control-expose-headers': exposed.join(', ') }),
    ...(maxAge === undefined ? {} : { 'access-control-max-age': maxAge }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}
