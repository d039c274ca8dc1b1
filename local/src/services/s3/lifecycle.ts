import { Memo } from '../../core/memo';
import { asList, parseXml, text, type XmlNode } from './rest/xml';
import type { Bucket, StoredObject, Tag } from './state';

export const DAY_MS = 86_400_000;
/** Most rules of a configuration. */
export const MAX_RULES = 1_000;

/** A rule that expires objects. */
interface Expiry {
  readonly id: string;
  readonly prefix: string;
  readonly tags: readonly Tag[];
  /** Bytes; exclusive bounds. */
  readonly above: number;
  readonly below: number;
  readonly days?: number;
  /** Milliseconds since 1970. */
  readonly date?: number;
}

const expiries = new Memo((content: string): readonly Expiry[] => {
  const rules = asList((parseXml(`<a>${content}</a>`).a as XmlNode).Rule);
  return rules.filter((rule) => text(rule.Status) === 'Enabled').flatMap(readExpiry);
}, MAX_RULES);

function readExpiry(rule: XmlNode): Expiry[] {
  const [expiration = {}] = asList(rule.Expiration);
  const days = text(expiration.Days);
  const date = text(expiration.Date);
  if (days === undefined && date === undefined) return [];
  const [filter = {}] = asList(rule.Filter);
  const [all = filter] = asList(filter.And);
  return [
    {
      id: text(rule.ID) ?? '',
      prefix: [all.Prefix, rule.Prefix].find((one) => typeof one === 'string') ?? '',
      tags: tagsIn(filter),
      above: Number(text(all.ObjectSizeGreaterThan) ?? -1),
      below: Number(text(all.ObjectSizeLessThan) ?? Number.POSITIVE_INFINITY),
      ...(days === undefined ? { date: new Date(date ?? '').getTime() } : { days: Number(days) }),
    },
  ];
}

/** The tags of a rule's filter. */
export function tagsIn(filter: XmlNode): Tag[] {
  const nodes = [...asList(filter.Tag), ...asList(asList(filter.And)[0]?.Tag)];
  return nodes.map(({ Key, Value }) => ({ Key: String(Key ?? ''), Value: String(Value ?? '') }));
}

/**
 * The header `x-amz-expiration`: a current version's expiry, and its rule. Objects don't expire here, but clients read
 * the header as on AWS.
 */
export function expirationOf(bucket: Bucket, object: StoredObject): string | undefined {
  const content = bucket.documents.lifecycle;
  if (content === undefined) return undefined;
  const due = expiries
    .get(content)
    .filter((expiry) => isFor(expiry, object))
    .map((expiry) => ({ id: expiry.id, at: timeOf(expiry, object) }))
    .sort((a, b) => a.at - b.at)[0];
  return due && `expiry-date="${new Date(due.at).toUTCString()}", rule-id="${encodeURIComponent(due.id)}"`;
}

const isFor = ({ prefix, tags, above, below }: Expiry, { key, size, tags: own }: StoredObject) =>
  key.startsWith(prefix) &&
  size > above &&
  size < below &&
  tags.every(({ Key, Value }) => own.some((tag) => tag.Key === Key && tag.Value === Value));

// Expiry is at the midnight after the days ("Lifecycle rules: based on an object's age").
function timeOf({ days, date = 0 }: Expiry, { lastModified }: StoredObject): number {
  return days === undefined ? date : Math.ceil((lastModified + days * DAY_MS) / DAY_MS) * DAY_MS;
}
