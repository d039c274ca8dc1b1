import type { HttpRequest } from '../../../core/http';
import { invalidUri } from '../errors';

/** Bucket and key of a request. */
export interface Address {
  readonly bucket?: string;
  readonly key?: string;
}

/** Virtual hosts, whose first label or labels are a bucket: `data.localhost`, `data.s3.us-east-1.localhost`. */
const VIRTUAL_HOST = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost$/;
const SERVICE_HOST = /^s3(?:[.-][a-z0-9-]+)?\.localhost$/;

/** Parses bucket and key from the path, or from host and path. @throws AwsError `InvalidURI` */
export function addressOf(request: HttpRequest): Address {
  const host = (request.headers.host ?? request.headers[':authority'] ?? '').replace(/:\d+$/, '').toLowerCase();
  const path = request.path.startsWith('/') ? request.path.slice(1) : request.path;
  const bucketOfHost = SERVICE_HOST.test(host) ? undefined : VIRTUAL_HOST.exec(host)?.[1];
  if (bucketOfHost !== undefined) return addressIn(bucketOfHost, decode(path, request.path));
  const slash = path.indexOf('/');
  const bucket = decode(slash === -1 ? path : path.slice(0, slash), request.path);
  if (bucket === '') return slash === -1 ? {} : { bucket };
  return addressIn(bucket, slash === -1 ? '' : decode(path.slice(slash + 1), request.path));
}

const addressIn = (bucket: string, key: string): Address => (key === '' ? { bucket } : { bucket, key });

function decode(text: string, uri: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri(uri);
  }
}
