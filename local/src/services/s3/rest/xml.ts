import { isDate } from 'node:util/types';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { escapeXml } from '../../../http/protocols/query';
import { malformedXml } from '../errors';

/** A parsed element: its children by name; a text, an element, or a list where a name comes more than once. */
export interface XmlNode {
  readonly [name: string]: unknown;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Characters by number too: SDKs write a key's line feed as &#x0A;.
  htmlEntities: true,
});

/** Parses a request's XML. @throws AwsError `MalformedXML`; also for a document type, which S3 has no use for. */
export function parseXml(text: string): XmlNode {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text) || XMLValidator.validate(text) !== true) throw malformedXml();
  try {
    return parser.parse(text) as XmlNode;
  } catch {
    throw malformedXml();
  }
}

/** Elements of one name as a list of nodes; white space between elements is none. */
export function asList(value: unknown): XmlNode[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((item) => (typeof item === 'object' ? (item as XmlNode) : {}));
}

/** An element's text; undefined if it isn't there or has elements in it. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim() : undefined;
}

/** Names of the elements of lists whose member is named otherwise. */
const ITEMS: Readonly<Record<string, string>> = {
  Versions: 'Version',
  DeleteMarkers: 'DeleteMarker',
  Parts: 'Part',
  Uploads: 'Upload',
  Errors: 'Error',
};
/** Lists that have an element around their items. */
const WRAPPED: Readonly<Record<string, string>> = { Buckets: 'Bucket', TagSet: 'Tag' };

/** Members as S3's XML: lists without a wrapper, dates as ISO 8601. */
export function membersToXml(value: unknown): string {
  // S3 keeps whole seconds.
  if (isDate(value)) return value.toISOString().replace(/\.\d{3}Z$/, '.000Z');
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name, member]) => elementToXml(name, member))
    .join('');
}

function elementToXml(name: string, member: unknown): string {
  if (!Array.isArray(member)) return `<${name}>${membersToXml(member)}</${name}>`;
  const wrapped = WRAPPED[name];
  const item = wrapped ?? ITEMS[name] ?? name;
  const items = member.map((one) => `<${item}>${membersToXml(one)}</${item}>`).join('');
  return wrapped === undefined ? items : `<${name}>${items}</${name}>`;
}

export const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document. @param content the root's content, already XML */
export function xmlDocument(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${content}</${root}>`;
}
