import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Limit } from '../../../core/contract';
import type { Member, Shape } from '../../../core/model';
import { contract } from '../contract';
import { malformedXml, notImplemented } from '../errors';

/** A parsed element: its children by name, each a string, an element, or a list if the name repeats. */
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
  // Numeric character references, too: SDKs write a key's line feed as &#x0A;.
  htmlEntities: true,
});

/** Parses a request's XML. @throws AwsError `MalformedXML`, also for a document type, which S3 doesn't use */
export function parseXml(text: string): XmlNode {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text) || XMLValidator.validate(text) !== true) throw malformedXml();
  try {
    return parser.parse(text) as XmlNode;
  } catch {
    throw malformedXml();
  }
}

/** Elements of one name as a list of nodes; white space between elements is dropped. */
export function asList(value: unknown): XmlNode[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((item) => (typeof item === 'object' ? (item as XmlNode) : {}));
}

/** An element's text; undefined if it is missing or contains elements. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim() : undefined;
}

/** Elements that the model requires and S3 does not: a Tagging without a TagSet removes all tags. */
const OMITTED: ReadonlySet<string> = new Set(['TagSet']);

/**
 * Converts an element to the model's type; unknown elements are ignored, as in S3.
 * @throws AwsError `MalformedXML`; `NotImplemented` for a member that the contract refuses
 */
export function fromXml(shape: Shape, element: unknown, limit: Limit = {}): unknown {
  if (shape.type === 'structure') {
    const [node = {}] = asList(element);
    const members = contract.rulesOf(shape).map(({ member, required, limit: own, fate }) => {
      const value = readMember(member, node, own);
      if (value === undefined && required && !OMITTED.has(member.name)) throw malformedXml();
      if (value !== undefined && fate === 'refused') throw notImplemented(`s3: the element ${member.name}`);
      return [member.name, value] as const;
    });
    return Object.fromEntries(members);
  }
  if (typeof element !== 'string' || element.length < (limit.min ?? 0)) throw malformedXml();
  if (shape.type === 'boolean') return element.trim() === 'true';
  if (shape.type !== 'number') return element;
  if (!/^\d{1,15}$/.test(element.trim())) throw malformedXml();
  return Number(element);
}

function readMember({ name, traits, shape }: Member, node: XmlNode, limit: Limit): unknown {
  const own = node[traits.xml ?? name];
  if (own === undefined) return undefined;
  if (shape.type !== 'list') return fromXml(shape, own, limit);
  const items = traits.flattened === undefined ? asList(own)[0]?.[shape.of.traits.xml ?? 'member'] : own;
  return [items ?? []].flat().map((item) => fromXml(shape.of.shape, item, limit.of));
}

export const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document. @param content the root's content as XML */
export function xmlDocument(root: string, content: string): string {
  const element = content === '' ? '/>' : `>${content}</${root}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}"${element}`;
}
