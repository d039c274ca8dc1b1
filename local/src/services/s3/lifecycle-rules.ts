import { randomUUID } from 'node:crypto';
import { XMLBuilder } from 'fast-xml-parser';
import { invalidArgument, invalidRequest, malformedXml } from './errors';
import { DAY_MS, MAX_RULES, tagsIn } from './lifecycle';
import { asList, text, type XmlNode } from './rest/xml';

const MAX_ID = 255;
/** Largest bound of a filter by size, in bytes. */
const MAX_SIZE = 1_099_511_627_776_000;
const ACTIONS = [
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'AbortIncompleteMultipartUpload',
];
const TRANSITION_CLASSES: ReadonlySet<string> = new Set(
  'GLACIER STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING DEEP_ARCHIVE GLACIER_IR'.split(' '),
);
/** Least days before a transition to a class ("Transitioning objects using Amazon S3 Lifecycle"). */
const LEAST_DAYS: Readonly<Record<string, number>> = { STANDARD_IA: 30, ONEZONE_IA: 30 };

/** Checks a new lifecycle configuration. @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument` */
export function checkLifecycle(document: XmlNode): void {
  const rules = asList(document.Rule);
  if (rules.length === 0 || rules.length > MAX_RULES) throw malformedXml();
  const ids = rules.map((rule) => text(rule.ID)).filter((id) => id !== undefined && id !== '');
  if (new Set(ids).size < ids.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
  for (const rule of rules) checkRule(rule);
  const [first] = rules;
  for (const rule of rules.slice(1)) {
    if (first?.Filter !== undefined && rule.Prefix !== undefined)
      throw invalidRequest(
        'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
      );
    if (first?.Filter === undefined && rule.Filter !== undefined)
      throw invalidRequest('Filter element can only be used in Lifecycle V2.');
  }
}

/**
 * The configuration with an id for each rule, as S3 gives one to those without.
 * @returns undefined if each has one, and the document can be stored as sent
 */
export function withRuleIds(document: XmlNode): string | undefined {
  const rules = asList(document.Rule);
  if (rules.every((rule) => text(rule.ID))) return undefined;
  const named = rules.map(({ ID, ...rule }) => ({ ID: text(ID) || randomUUID(), ...rule }));
  return new XMLBuilder().build({ Rule: named }) as string;
}

function checkRule(rule: XmlNode): void {
  const id = text(rule.ID) ?? '';
  if (id.length > MAX_ID) throw invalidArgument(`ID length should not exceed allowed limit of ${MAX_ID}`, 'ID', id);
  if (text(rule.Status) !== 'Enabled' && text(rule.Status) !== 'Disabled') throw malformedXml();
  // A rule has a filter, possibly empty, or, in the older form, a prefix.
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml();
  if (!ACTIONS.some((name) => rule[name] !== undefined))
    throw invalidRequest('At least one action needs to be specified in a rule');
  checkFilter(rule);
  checkExpirations(rule);
  checkTransitions(rule, 'Transition', 'Expiration');
  checkTransitions(rule, 'NoncurrentVersionTransition', 'NoncurrentVersionExpiration');
}

function checkFilter(rule: XmlNode): void {
  const [filter = {}] = asList(rule.Filter);
  // Several conditions require `And`.
  if (elementsOf(filter).length > 1) throw malformedXml();
  const tags = tagsIn(filter);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidRequest('Duplicate Tag Keys are not allowed.');
  const [all = filter] = asList(filter.And);
  const above = integer(all.ObjectSizeGreaterThan);
  const below = integer(all.ObjectSizeLessThan);
  if (above !== undefined && (above < 0 || above > MAX_SIZE))
    throw invalidRequest(`'ObjectSizeGreaterThan' should be between 0 and ${MAX_SIZE}.`);
  if (below !== undefined && (below < 1 || below > MAX_SIZE))
    throw invalidRequest(`'ObjectSizeLessThan' should be between 1 and ${MAX_SIZE}.`);
  if (above !== undefined && below !== undefined && below <= above)
    throw invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  const [expiration] = asList(rule.Expiration);
  const unfiltered = [
    ...(expiration?.ExpiredObjectDeleteMarker === undefined ? [] : ['ExpiredObjectDeleteMarker']),
    ...(rule.AbortIncompleteMultipartUpload === undefined ? [] : ['AbortIncompleteMultipartUpload']),
  ];
  for (const action of unfiltered) {
    if (tags.length > 0) throw invalidRequest(`${action} cannot be specified with Tags.`);
    if (above !== undefined || below !== undefined)
      throw invalidRequest(`${action} cannot be specified with Object Size.`);
  }
}

function checkExpirations(rule: XmlNode): void {
  const [expiration] = asList(rule.Expiration);
  if (expiration !== undefined && elementsOf(expiration).length !== 1) throw malformedXml();
  checkDate(text(expiration?.Date));
  checkPositive('Days', 'Expiration', expiration?.Days);
  const [noncurrent] = asList(rule.NoncurrentVersionExpiration);
  if (noncurrent !== undefined && noncurrent.NoncurrentDays === undefined) throw malformedXml();
  for (const name of ['NoncurrentDays', 'NewerNoncurrentVersions'])
    checkPositive(name, 'NoncurrentVersionExpiration', noncurrent?.[name]);
  const [abort] = asList(rule.AbortIncompleteMultipartUpload);
  if (abort !== undefined && abort.DaysAfterInitiation === undefined) throw malformedXml();
  checkPositive('DaysAfterInitiation', 'AbortIncompleteMultipartUpload', abort?.DaysAfterInitiation);
}

/** Checks a rule's transitions among themselves, and that they are due before the expiration. */
function checkTransitions(rule: XmlNode, action: string, expiry: string): void {
  const days = action === 'Transition' ? 'Days' : 'NoncurrentDays';
  const transitions = asList(rule[action]);
  const classes = transitions.map((transition) => checkTransition(transition, action, days));
  if (new Set(classes).size < classes.length)
    throw invalidRequest(
      `'StorageClass' must be different for '${action}' actions in same 'Rule' with ${filterOf(rule)}`,
    );
  const [expiration = {}] = asList(rule[expiry]);
  const has = (name: string) => transitions.some((transition) => transition[name] !== undefined);
  if (has('Date') && has('Days'))
    throw invalidRequest(
      `Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for ${filterOf(rule)}`,
    );
  if ((has('Date') && expiration.Days !== undefined) || (has('Days') && expiration.Date !== undefined))
    throw invalidRequest(
      `Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for ${filterOf(rule)}`,
    );
  for (const name of ['Date', days]) {
    const ends = dueIn(expiration[name]);
    if (ends !== undefined && transitions.some((transition) => (dueIn(transition[name]) ?? -1) >= ends))
      throw invalidArgument(
        `'${name}' in the ${expiry} action for ${filterOf(rule)} must be greater than '${name}' in the ${action} action`,
        name,
      );
  }
}

/** @returns the transition's storage class */
function checkTransition(transition: XmlNode, action: string, days: string): string {
  const storageClass = text(transition.StorageClass) ?? '';
  if (!TRANSITION_CLASSES.has(storageClass)) throw malformedXml();
  if ((transition[days] === undefined) === (days !== 'Days' || transition.Date === undefined)) throw malformedXml();
  checkDate(text(transition.Date));
  const after = integer(transition[days]);
  if (after === undefined) return storageClass;
  if (after < 0) throw invalidArgument(`'${days}' in ${action} action must be nonnegative`, days, String(after));
  const least = LEAST_DAYS[storageClass] ?? 0;
  if (after < least)
    throw invalidArgument(
      `'${days}' in ${action} action must be greater than or equal to ${least} for storageClass '${storageClass}'`,
      days,
      String(after),
    );
  return storageClass;
}

function checkDate(date: string | undefined): void {
  if (date === undefined) return;
  const time = new Date(date).getTime();
  if (Number.isNaN(time)) throw malformedXml();
  if (time % DAY_MS !== 0) throw invalidArgument("'Date' must be at midnight GMT", 'Date', date);
}

function checkPositive(name: string, action: string, value: unknown): void {
  const number = integer(value);
  if (number !== undefined && number <= 0)
    throw invalidArgument(`'${name}' for ${action} action must be a positive integer`, name, String(number));
}

/** An element's number. @throws AwsError `MalformedXML` if it isn't an integer */
function integer(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const digits = text(value) ?? '';
  if (!/^-?\d{1,15}$/.test(digits)) throw malformedXml();
  return Number(digits);
}

/** When an action is due: a number of days, or a date in milliseconds. */
function dueIn(value: unknown): number | undefined {
  const due = text(value);
  if (due === undefined) return undefined;
  return /^\d+$/.test(due) ? Number(due) : new Date(due).getTime();
}

/** A rule's scope in S3's messages. */
function filterOf(rule: XmlNode): string {
  if (rule.Filter === undefined) return `prefix '${text(rule.Prefix) ?? ''}'`;
  const [filter = {}] = asList(rule.Filter);
  const [all = filter] = asList(filter.And);
  return `filter '(${all.Prefix === undefined ? '' : `prefix=${text(all.Prefix) ?? ''}`})'`;
}

const elementsOf = (node: XmlNode) => Object.keys(node).filter((name) => name !== '#text');
