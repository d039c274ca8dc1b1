import { isDate } from 'node:util/types';
import { AwsError } from '../../core/errors';
import type { HttpResponse } from '../../core/http';
import { Memo } from '../../core/memo';
import { EMPTY, type Member, type Shape, type StructureShape } from '../../core/model';

/** Most levels of nested members, over twice those of any operation. */
const MAX_DEPTH = 32;

type Node = Record<string, unknown>;

/** Parameters of Query requests that aren't members: the operation, and a signature within the form. */
const NO_MEMBERS = /^(?:Action|Version|AUTHPARAMS|AWSAccessKeyId|Signature\w*|SecurityToken|X-Amz-.*)$/;

/**
 * Parses the Query protocol's members (`Tags.member.1.Key=…`) into nested objects; all values are strings.
 * @throws AwsError `MalformedQueryString`
 */
export function parseQuery(form: URLSearchParams): Node {
  const root = emptyNode();
  for (const [name, value] of form) {
    if (NO_MEMBERS.test(name)) continue;
    const path = name.split('.', MAX_DEPTH + 1);
    if (path.length > MAX_DEPTH) throw new AwsError('MalformedQueryString', 'A parameter is nested too deeply.');
    let node = root;
    for (const part of path.slice(0, -1)) {
      if (typeof node[part] !== 'object') node[part] = emptyNode();
      node = node[part] as Node;
    }
    node[path[path.length - 1] as string] = value;
  }
  return root;
}

// No prototype: a name such as `__proto__` must not be special.
const emptyNode = (): Node => Object.create(null) as Node;

/** Converts the protocol's numbered entries to lists and maps, by the model's types. */
export function readQuery(shape: StructureShape, node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const value: Node = { ...(node as Node) };
  for (const member of shape.members.values()) {
    const wire = member.traits.xml ?? member.name;
    if (value[wire] === undefined) continue;
    const read = readMember(member, value[wire]);
    delete value[wire];
    value[member.name] = read;
  }
  return value;
}

function readMember({ shape, traits }: Member, raw: unknown): unknown {
  const flattened = traits.flattened !== undefined || shape.traits.flattened !== undefined;
  switch (shape.type) {
    case 'structure':
      return readQuery(shape, raw);
    case 'list': {
      const items = flattened ? raw : within(raw, shape.of.traits.xml ?? 'member');
      return numbered(items).map((item) => readMember(shape.of, item));
    }
    case 'map': {
      const entries = numbered(flattened ? raw : within(raw, 'entry')) as Node[];
      const [key, value] = [shape.key.traits.xml ?? 'key', shape.of.traits.xml ?? 'value'];
      const named = entries.filter((entry) => typeof entry?.[key] === 'string');
      return Object.fromEntries(named.map((entry) => [entry[key] as string, readMember(shape.of, entry[value])]));
    }
    default:
      return raw;
  }
}

// A list without members is sent as an empty value: `Tags=`.
function within(raw: unknown, name: string): unknown {
  return typeof raw === 'object' && raw !== null ? ((raw as Node)[name] ?? raw) : raw;
}

function numbered(items: unknown): unknown[] {
  if (typeof items !== 'object' || items === null) return [];
  const named = items as Node;
  return Object.keys(named)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => named[key]);
}

export function renderQuery(
  operation: string,
  shape: StructureShape,
  output: unknown,
  namespace: string,
  requestId: string,
): HttpResponse {
  // A result without members is an empty element, which the AWS SDK for Go requires; without a result in the model
  // there is none.
  const result = shape === EMPTY ? '' : `<${operation}Result>${toXml(shape, output)}</${operation}Result>`;
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
      `${error.message === '' ? '' : `<Message>${escapeXml(error.message)}</Message>`}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function xmlResponse(status: number, requestId: string, xml: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0"?>${xml}`,
  };
}

/** Formats a time. */
type TimeFormat = (time: Date) => string;

const isoTime: TimeFormat = (time) => time.toISOString();

/**
 * Renders a value as XML, named and wrapped by the model. @param time format of dates without one of their own: ISO
 * 8601
 */
export function toXml(shape: Shape, value: unknown, time: TimeFormat = isoTime): string {
  if (value === undefined || value === null) return '';
  switch (shape.type) {
    case 'structure':
      return elementsOf(shape, value as Node, time);
    case 'list':
      return (value as unknown[])
        .map((item) => tag(shape.of.traits.xml ?? 'member', toXml(shape.of.shape, item, time)))
        .join('');
    case 'map':
      return entriesOf(value)
        .map(([key, item]) => tag('entry', entry(shape, key, item, time)))
        .join('');
    default:
      return textOf(value, time);
  }
}

/** A member's element, with its traits. */
interface Element {
  readonly name: string;
  readonly tag: string;
  readonly shape: Shape;
  readonly isFlattened: boolean;
  readonly hasAttributes: boolean;
}

// Cached per structure: a listing has thousands of members.
const elements = new Memo((structure: StructureShape): readonly Element[] =>
  [...structure.members.values()]
    .filter(({ traits }) => traits.attribute === undefined)
    .map(({ name, shape, traits }) => ({
      name,
      tag: traits.xml ?? name,
      shape,
      isFlattened: traits.flattened !== undefined,
      hasAttributes: traits.namespace !== undefined,
    })),
);

// String concatenation, for the same reason.
function elementsOf(shape: StructureShape, node: Node, time: TimeFormat): string {
  let xml = '';
  for (const element of elements.get(shape)) {
    const value = node[element.name];
    if (value !== undefined && value !== null) xml += toElement(element, value, time);
  }
  return xml;
}

function toElement({ tag: own, shape, isFlattened, hasAttributes }: Element, value: unknown, time: TimeFormat): string {
  if (isFlattened && shape.type === 'list') {
    let xml = '';
    for (const item of value as unknown[]) xml += tag(own, toXml(shape.of.shape, item, time));
    return xml;
  }
  if (isFlattened && shape.type === 'map')
    return entriesOf(value)
      .map(([key, item]) => tag(own, entry(shape, key, item, time)))
      .join('');
  return tag(own, toXml(shape, value, time), hasAttributes ? attributesOf(shape, value as Node) : '');
}

function entry(shape: Extract<Shape, { type: 'map' }>, key: string, value: unknown, time: TimeFormat): string {
  return (
    tag(shape.key.traits.xml ?? 'key', escapeXml(key)) +
    tag(shape.of.traits.xml ?? 'value', toXml(shape.of.shape, value, time))
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return value instanceof Map ? [...value] : Object.entries(value as object);
}

const tag = (name: string, content: string, attributes = '') => `<${name}${attributes}>${content}</${name}>`;

/** Attributes of a value, of which the models know one: an S3 grantee's `xsi:type`. */
function attributesOf(shape: Shape, value: Node): string {
  if (shape.type !== 'structure') return '';
  const attributes = [...shape.members.values()].filter(({ traits }) => traits.attribute !== undefined);
  return attributes
    .map(({ name, traits: { xml = name } }) => {
      const namespace = xml.startsWith('xsi:') ? ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' : '';
      return `${namespace} ${xml}="${escapeXml(String(value[name]))}"`;
    })
    .join('');
}

function textOf(value: unknown, time: TimeFormat): string {
  if (isDate(value)) return time(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return escapeXml(String(value));
}

export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those that are removed.
  if (!/[&<>"'\u0000-\u0008\u000b-\u001f]/.test(text)) return text;
  // XML 1.0 has no control characters, not even escaped.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removes them.
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
  return clean.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
