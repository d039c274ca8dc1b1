import { Memo } from '../../../core/memo';
import { parseArn, serviceIn } from '../../../core/owner';
import { invalidArgument, malformedXml, notImplemented } from '../errors';
import { asList, parseXml, text, type XmlNode } from '../rest/xml';

/** One configuration of a bucket's notifications: events and their destination. */
export interface NotificationRule {
  readonly id: string;
  /** ARN of a topic, a queue or a function. */
  readonly destination: string;
  /** Event types such as `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  /** The configuration's filters, including empty ones. */
  readonly filters: readonly string[];
}

/** Kinds of destinations by their element: the element with the ARN, and the service. */
const KINDS = {
  TopicConfiguration: { element: 'Topic', service: 'sns' },
  QueueConfiguration: { element: 'Queue', service: 'sqs' },
  CloudFunctionConfiguration: { element: 'CloudFunction', service: 'lambda' },
} as const;

const CREATED = ['Put', 'Post', 'Copy', 'CompleteMultipartUpload'];
const REMOVED = ['Delete', 'DeleteMarkerCreated'];
/** Supported event types ("Supported event types for SQS, SNS, and Lambda"). */
const TOLD = new Set([
  ...['*', ...CREATED].map((name) => `s3:ObjectCreated:${name}`),
  ...['*', ...REMOVED].map((name) => `s3:ObjectRemoved:${name}`),
  ...['*', 'Put', 'Delete'].map((name) => `s3:ObjectTagging:${name}`),
]);
/** Event types that happen here without being sent: refused, so that nobody waits for them. */
const NOT_TOLD = /^s3:ObjectAcl:Put$/;
/** Event types that never happen here. */
const NEVER =
  /^s3:(ReducedRedundancyLostObject|TestEvent|IntelligentTiering|LifecycleTransition|LifecycleExpiration:(\*|Delete|DeleteMarkerCreated)|ObjectRestore:(\*|Post|Completed|Delete)|Replication:(\*|Operation(FailedReplication|MissedThreshold|ReplicatedAfterThreshold|NotTracked)))$/;

/**
 * Parses a new notification configuration.
 * @param newId creates the id of a configuration without one
 * @throws AwsError `InvalidArgument`, `MalformedXML`, `NotImplemented`
 */
export function readRules(document: XmlNode, newId: () => string): NotificationRule[] {
  if (document.EventBridgeConfiguration !== undefined) throw notImplemented('s3: EventBridgeConfiguration');
  const rules = Object.entries(KINDS).flatMap(([name, { element, service }]) =>
    asList(document[name]).map((node) => readRule(node, element, service, newId)),
  );
  const ids = rules.map(({ id }) => id);
  if (new Set(ids).size < ids.length)
    throw invalidArgument('Same ID used for multiple configurations. IDs must be unique');
  for (const [index, rule] of rules.entries()) for (const other of rules.slice(index + 1)) checkOverlap(rule, other);
  return rules;
}

function readRule(node: XmlNode, element: string, service: string, newId: () => string): NotificationRule {
  const destination = text(node[element]);
  const events = [node.Event ?? []].flat().map((event) => text(event) ?? '');
  if (destination === undefined || events.length === 0) throw malformedXml();
  for (const event of events) {
    if (NOT_TOLD.test(event)) throw notImplemented(`s3: notifications of ${event}`);
    if (!TOLD.has(event) && !NEVER.test(event))
      throw invalidArgument('A specified event is not supported for notifications');
  }
  if (!new RegExp(`^arn:[^:]+:${service}:[^:]+:\\d{12}:.+$`).test(destination))
    throw invalidArgument('The ARN could not be parsed', element, destination);
  if (service === 'sqs' && destination.endsWith('.fifo'))
    throw invalidArgument(
      'Unable to validate the following destination configurations',
      destination,
      'FIFO queues are not supported',
    );
  return { id: text(node.Id) || newId(), destination, events, ...readFilter(node) };
}

function readFilter(node: XmlNode): Pick<NotificationRule, 'prefix' | 'suffix' | 'filters'> {
  const found: { prefix?: string; suffix?: string } = {};
  for (const filter of asList(asList(asList(node.Filter)[0]?.S3Key)[0]?.FilterRule)) {
    if (filter.Name === undefined || typeof filter.Value !== 'string') throw malformedXml();
    const name = text(filter.Name)?.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix')
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', text(filter.Name));
    if (found[name] !== undefined) throw invalidArgument(`Cannot specify more than one ${name} rule in a filter.`);
    found[name] = filter.Value;
  }
  return { prefix: found.prefix ?? '', suffix: found.suffix ?? '', filters: Object.keys(found) };
}

/** Checks that each event of a key has one destination ("Configuring notifications with object key name filtering"). */
function checkOverlap(a: NotificationRule, b: NotificationRule): void {
  const shared = a.events.some((event) => b.events.some((other) => covers(event, other) || covers(other, event)));
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
  if (!shared || !prefixes || !suffixes) return;
  const isPlain = [a, b].every(({ prefix, suffix }) => prefix === '' && suffix === '');
  throw invalidArgument(
    isPlain
      ? 'Configurations overlap. Configurations on the same bucket cannot share a common event type.'
      : 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
  );
}

/** Checks that destinations are in the bucket's region. @throws AwsError `InvalidArgument` */
export function checkRegions(rules: readonly NotificationRule[], region: string): void {
  for (const { destination } of rules)
    if (parseArn(destination)?.region !== region)
      throw invalidArgument(
        'The notification destination service region is not valid for the bucket location constraint',
        'ARN',
        destination,
      );
}

const covers = (pattern: string, event: string): boolean =>
  pattern === event || (pattern.endsWith('*') && event.startsWith(pattern.slice(0, -1)));

/** @param event such as `ObjectCreated:Put` */
export function matchesEvent(rule: NotificationRule, event: string, key: string): boolean {
  return (
    rule.events.some((pattern) => covers(pattern, `s3:${event}`)) &&
    key.startsWith(rule.prefix) &&
    key.endsWith(rule.suffix)
  );
}

/** The stored content of the configuration: each part with its id. */
export function renderRules(rules: readonly NotificationRule[]): string {
  return rules.map(renderRule).join('');
}

function renderRule({ id, destination, events, filters, ...values }: NotificationRule): string {
  const service = serviceIn(destination);
  const [name, { element }] = Object.entries(KINDS).find(([, kind]) => kind.service === service) ?? [
    'TopicConfiguration',
    KINDS.TopicConfiguration,
  ];
  const filterRules = FILTERS.filter((name) => filters.includes(name)).map(
    (name) => `<FilterRule><Name>${FILTER_NAMES[name]}</Name><Value>${escaped(values[name])}</Value></FilterRule>`,
  );
  return [
    `<${name}><Id>${escaped(id)}</Id>`,
    filterRules.length === 0 ? '' : `<Filter><S3Key>${filterRules.join('')}</S3Key></Filter>`,
    `<${element}>${escaped(destination)}</${element}>`,
    ...events.map((event) => `<Event>${escaped(event)}</Event>`),
    `</${name}>`,
  ].join('');
}

const FILTERS = ['prefix', 'suffix'] as const;
/** Names of filters in S3's answers, in any case of the request. */
const FILTER_NAMES = { prefix: 'Prefix', suffix: 'Suffix' } as const;

function escaped(value: string): string {
  return value.replace(/[&<>"\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const parsed = new Memo((content: string) => readRules(parseXml(`<a>${content}</a>`).a as XmlNode, () => ''), 1_000);

/** The rules of a stored configuration. @param content result of {@link renderRules} */
export function rulesOf(content: string | undefined): readonly NotificationRule[] {
  return content === undefined || content === '' ? [] : parsed.get(content);
}
