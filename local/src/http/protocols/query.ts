import { isDate } from 'node:util/types';
import { AwsError } from '../../core/errors';
import type { HttpResponse } from '../message';

/** No operation's members are nested half as deep. */
const MAX_DEPTH = 32;

/**
 * The Query protocol's members (`Tags.member.1.Key=…`) as nested objects and lists; all values are strings.
 * @throws AwsError `MalformedQueryString`
 */
export function parseQuery(form: URLSearchParams): Record<string, unknown> {
  const root = emptyNode();
  for (const [name, value] of form) {
    const path = name.split('.', MAX_DEPTH + 1);
    if (path.length > MAX_DEPTH) throw new AwsError('MalformedQueryString', 'A parameter is nested too deeply.');
    let node = root;
    for (const part of path.slice(0, -1)) {
      if (typeof node[part] !== 'object') node[part] = emptyNode();
      node = node[part] as Record<string, unknown>;
    }
    node[path[path.length - 1] as string] = value;
  }
  return collapse(root) as Record<string, unknown>;
}

// Without a prototype no name is special, `__proto__` neither.
const emptyNode = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

// { member: { 1: a, 2: b } } and { entry: { 1: { key, value } } } are the protocol's lists and maps.
function collapse(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const own = node as Record<string, unknown>;
  const keys = Object.keys(own);
  if (keys.length === 1 && (keys[0] === 'member' || keys[0] === 'entry') && typeof own[keys[0]] === 'object') {
    const items = numbered(own[keys[0]] as Record<string, unknown>);
    if (keys[0] === 'member') return items;
    return Object.fromEntries(items.map(entryOf));
  }
  // A list without members is sent as an empty value: `Tags=`.
  return Object.fromEntries(keys.map((key) => [key, own[key] === '' && key.endsWith('s') ? [] : collapse(own[key])]));
}

// SNS capitalizes the members of its message attributes' entries.
function entryOf(item: unknown): [string, unknown] {
  const { key, value, Name, Value } = item as { key?: string; value?: unknown; Name?: string; Value?: unknown };
  return [key ?? Name ?? '', value ?? Value];
}

function numbered(items: Record<string, unknown>): unknown[] {
  return Object.keys(items)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => collapse(items[key]));
}

export function renderQuery(operation: string, output: unknown, namespace: string, requestId: string): HttpResponse {
  const result = output === undefined ? '' : `<${operation}Result>${toXml(output)}</${operation}Result>`;
  return xmlResponse(
    200,
    requestId,
    `<${operation}Response xmlns="${namespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  );
}

export function renderQueryError(error: AwsError, namespace: string, requestId: string): HttpResponse {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  return xmlResponse(
    error.status,
    requestId,
    `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escapeXml(error.queryCode ?? error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function xmlResponse(status: number, requestId: string, xml: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0"?>${xml}`,
  };
}

/** Members as elements; a list's items as `<member>`, a Map's as `<entry>`, dates as ISO 8601. */
export function toXml(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (isDate(value)) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('');
  if (value instanceof Map) {
    return [...value]
      .map(([key, item]) => `<entry><key>${escapeXml(String(key))}</key><value>${toXml(item)}</value></entry>`)
      .join('');
  }
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name, member]) => `<${name}>${toXml(member)}</${name}>`)
    .join('');
}

export function escapeXml(text: string): string {
  // Control characters have no place in XML 1.0, not even escaped.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is removed.
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
  return clean.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
