import type { HttpRequest, HttpResponse } from '../../../core/http';
import type { Member, OperationModel, Shape } from '../../../core/model';
import { toXml } from '../../../http/protocols/query';
import { bodyMembersOf, payloadOf, readLocated, writeLocated } from '../../../http/protocols/rest';
import { invalidArgument } from '../errors';
import type { Address } from './address';
import { xmlDocument } from './xml';

/** Reads the members in a request's address, headers and query. @throws AwsError `InvalidArgument` */
export function readMembers({ input }: OperationModel, request: HttpRequest, address: Address) {
  const labels = { Bucket: address.bucket ?? '', Key: address.key ?? '' };
  const found = readLocated(input, request, labels, fromText);
  // SDKs use two headers for the checksum algorithm.
  const { 'x-amz-checksum-algorithm': chosen, 'x-amz-sdk-checksum-algorithm': byNewerSdks } = request.headers;
  if (input.members.has('ChecksumAlgorithm')) found.ChecksumAlgorithm = chosen ?? byNewerSdks?.toUpperCase();
  return found;
}

/** Beginning of HTTP's three formats of a date, or of ISO 8601. */
const DATE = /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? |\d{4}-\d\d-\d\dT)/;

function fromText(shape: Shape, value: string, name: string): unknown {
  switch (shape.type) {
    case 'number':
      // An empty number counts as missing.
      if (value === '') return undefined;
      if (/^-?\d{1,15}$/.test(value)) return Number(value);
      // GetObjectAttributes' page is the only number that S3 ignores.
      if (name === 'x-amz-max-parts') return undefined;
      throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, value);
    case 'boolean':
      return value.toLowerCase() === 'true';
    case 'timestamp': {
      const date = new Date(value);
      // An unparsable date is ignored, as HTTP requires. JavaScript reads a date in any number.
      return Number.isNaN(date.getTime()) || !DATE.test(value) ? undefined : date;
    }
    default:
      return value;
  }
}

/** Writes an output to headers and body, by the model. */
export function writeMembers(
  { output: shape }: OperationModel,
  output: Record<string, unknown>,
): { readonly headers: Record<string, string>; readonly body?: HttpResponse['body'] } {
  // `Expires` is returned as it was put, even if it isn't a date.
  const { headers, body } = writeLocated(
    shape,
    output.ExpiresString === undefined
      ? output
      : { ...output, Expires: output.ExpiresString, ExpiresString: undefined },
  );
  const payload = payloadOf(shape);
  if (payload?.shape.type === 'blob') return { headers, body: body[payload.name] as HttpResponse['body'] };
  if (bodyMembersOf(shape).length === 0) return { headers };
  const root = payload === undefined ? (shape.traits.xml ?? shape.name) : rootOf(payload);
  return {
    headers: { ...headers, 'content-type': 'application/xml' },
    body: xmlDocument(
      root,
      contentOf(payload?.shape ?? shape, root, payload === undefined ? body : body[payload.name]),
    ),
  };
}

/** Name of the root element of a member's document. */
export function rootOf({ traits, target }: Member): string {
  return traits.xml ?? target;
}

// A structure whose one member has the root's name has no other element: GetBucketLocation's.
function contentOf(shape: Shape, root: string, value: unknown): string {
  const only = shape.type === 'structure' && shape.members.size === 1 ? shape.members.get(root) : undefined;
  if (only === undefined) return toXml(shape, value, wholeSeconds);
  return toXml(only.shape, (value as Record<string, unknown>)[root]);
}

// S3 stores whole seconds, and writes them with three zeros.
const wholeSeconds = (date: Date) => `${date.toISOString().slice(0, -4)}000Z`;
