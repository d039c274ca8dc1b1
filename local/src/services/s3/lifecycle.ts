import { Memo } from '../../core/memo';
import { invalidArgument, invalidRequest, malformedXml } from './errors';
import { asList, parseXml, text, type XmlNode } from './rest/xml';
import type { Bucket, StoredObject, Tag } from './state';

const DAY_MS = 86_400_000;
const MAX_RULES = 1_000;
const ACTIONS = [
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'AbortIncompleteMultipartUpload',
];

/** Transitions, with the elements that say when they are due. */
const TRANSITIONS: readonly (readonly [string, readonly string[]])[] = [
  ['Transition', ['Days', 'Date']],
  ['NoncurrentVersionTransition', ['NoncurrentDays']],
];

/** Checks a new lifecycle configuration. @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument` */
export function checkLifecycle(document: XmlNode): void {
  const rules = asList(document.Rule);
  if (rules.length === 0 || rules.length > MAX_RULES) throw malformedXml();
  const ids = rules.map((rule) => text(rule.ID)).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
  for (const rule of rules) checkRule(rule);
}

function checkRule(rule: XmlNode): void {
  if (text(rule.Status) !== 'Enabled' && text(rule.Status) !== 'Disabled') throw malformedXml();
  // A rule has a filter, possibly empty, or, in the older form, a prefix.
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml();
  if (!ACTIONS.some((name) => rule[name] !== undefined))
    throw invalidRequest('At least one action needs to be specified in a rule');
  const [filter = {}] = asList(rule.Filter);
  // Several conditions require `And`.
  if (elementsOf(filter).length > 1) throw malformedXml();
  const tags = tagsIn(filter);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidRequest('Duplicate Tag Keys are not allowed.');
  if (rule.Expiration !== undefined && elementsOf(asList(rule.Expiration)[0] ?? {}).length !== 1) throw malformedXml();
  const [noncurrent] = asList(rule.NoncurrentVersionExpiration);
  if (noncurrent !== undefined && elementsOf(noncurrent).length === 0) throw malformedXml();
  for (const [name, when] of TRANSITIONS)
    for (const transition of asList(rule[name]))
      if (transition.StorageClass === undefined || !when.some((one) => transition[one] !== undefined))
        throw malformedXml();
  for (const action of [...asList(rule.Expiration), ...asList(rule.Transition)]) checkDate(text(action.Date));
}

function checkDate(date: string | undefined): void {
  if (date === undefined) return;
  const time = new Date(date).getTime();
  if (Number.isNaN(time)) throw malformedXml();
  if (time % DAY_MS !== 0) throw invalidArgument("'Date' must be at midnight GMT", 'Date', date);
}

const elementsOf = (node: XmlNode) => Object.keys(node).filter((name) => name !== '#text');

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

function tagsIn(filter: XmlNode): Tag[] {
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
