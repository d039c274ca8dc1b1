import { isObject } from '../../../core/is-object';
import { malformedPolicy } from '../errors';
import { isOperator, MEMBERS, TOP } from './document';

type Raw = Readonly<Record<string, unknown>>;

const PARTITIONS = ['*', 'aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc'];
const IAM_PATHS = [
  ...['user/', 'federated-user/', 'role/', 'group/', 'instance-profile/', 'mfa/', 'server-certificate/', 'policy/'],
  ...['sms-mfa/', 'saml-provider/', 'oidc-provider/', 'report/', 'access-report/'],
];
/** Most years of a date in a condition: Java's milliseconds since the epoch. */
const MAX_YEAR = 292_278_993;
const MAX_EPOCH = 9_223_372_036_854_775_807n;

/**
 * Checks the document of an identity policy in IAM's order, by kind of fault, not by statement, with its messages.
 * @param managed whether it is a managed policy, whose version must be 2012-10-17
 * @throws AwsError `MalformedPolicyDocument`
 */
export function checkIdentityPolicy(text: string, { managed }: { readonly managed: boolean }): void {
  const document = parse(text);
  const statements = statementsOf(document);
  if (managed && document.Version !== '2012-10-17')
    throw malformedPolicy('Policy document must be version 2012-10-17 or greater.');
  if (statements.some(({ Principal, NotPrincipal }) => Principal !== undefined || NotPrincipal !== undefined))
    throw malformedPolicy('Policy document should not specify a principal.');
  const resources = statements.flatMap((statement) => [
    ...listOf(statement.Resource),
    ...listOf(statement.NotResource),
  ]);
  const fault = resources.map(faultOf).find((found) => found !== undefined);
  if (statements.some(failsLegacyParsing) || (fault === undefined && resources.some(isCutShort)))
    throw malformedPolicy('The policy failed legacy parsing');
  const ids = statements.map(({ Sid }) => Sid).filter((id) => id !== undefined && id !== '');
  if (ids.some((id) => !/^[0-9A-Za-z]*$/.test(String(id))))
    throw malformedPolicy(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  if (new Set(ids).size < ids.length) throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  for (const statement of statements) requireOne(statement, 'Action', 'Policy statement must contain actions.');
  if (fault !== undefined) throw malformedPolicy(fault);
  for (const statement of statements)
    for (const action of [...listOf(statement.Action), ...listOf(statement.NotAction)]) checkVendor(action);
  for (const statement of statements) requireOne(statement, 'Resource', 'Policy statement must contain resources.');
}

function parse(text: string): Raw {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw syntax();
  }
  if (!isObject(document) || Object.keys(document).some((name) => !TOP.includes(name))) throw syntax();
  const { Version, Id } = document;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') throw syntax();
  if (Id !== undefined && typeof Id !== 'string') throw syntax();
  return document;
}

function statementsOf({ Statement }: Raw): readonly Raw[] {
  const list: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (list.length === 0) throw syntax();
  for (const statement of list) checkSyntax(statement);
  return list as readonly Raw[];
}

function checkSyntax(statement: unknown): void {
  if (!isObject(statement) || Object.keys(statement).some((name) => !MEMBERS.includes(name))) throw syntax();
  const { Effect, Sid, Condition } = statement;
  if (typeof Effect !== 'string' || !/^(allow|deny)$/i.test(Effect)) throw syntax();
  if (Sid !== undefined && typeof Sid !== 'string') throw syntax();
  for (const element of ['Action', 'Resource']) {
    if (statement[element] !== undefined && statement[`Not${element}`] !== undefined) throw syntax();
    for (const name of [element, `Not${element}`]) checkTexts(statement[name]);
  }
  if (Condition !== undefined) checkCondition(Condition);
}

function checkTexts(value: unknown): void {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value !== undefined && list.some((one) => typeof one !== 'string' && !(one === null && list.length > 1)))
    throw syntax();
}

function checkCondition(condition: unknown): void {
  if (!isObject(condition)) throw syntax();
  for (const [operator, block] of Object.entries(condition)) {
    if (!isObject(block)) throw syntax();
    if (Object.values(block).some((value) => value === null || (typeof value === 'object' && !Array.isArray(value))))
      throw syntax();
    if (Object.keys(block).length > 0 && !isOperator(operator)) throw syntax();
  }
}

/** The strings of an element that is a string or a list. */
function listOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.filter((one) => one !== null) : [value as string];
}

function requireOne(statement: Raw, element: string, otherwise: string): void {
  if (listOf(statement[element] ?? statement[`Not${element}`]).length === 0) throw malformedPolicy(otherwise);
}

function checkVendor(action: string): void {
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length === 0 && action !== '*')
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  if (rest.length > 1) throw malformedPolicy('Actions/Condition can contain only one colon.');
  if (vendor !== '*' && /[^a-zA-Z0-9\-.]/.test(vendor)) throw malformedPolicy(`Vendor ${vendor} is not valid`);
}

/** Fault of a resource's ARN; undefined if it has none. */
function faultOf(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const [, partition, service, ...rest] = resource.split(':');
  if (partition === undefined) return `Resource ${resource} must be in ARN format or "*".`;
  if (!PARTITIONS.includes(partition)) {
    const [region, account, ...path] = rest;
    const parts = [service === '' && rest.length === 0 ? '*' : (service ?? '*'), region ?? '*', account ?? '*'];
    const shown = [...parts, path.length === 0 ? '*' : path.join(':')].join(':');
    return `Partition "${partition}" is not valid for resource "arn:${partition}:${shown}".`;
  }
  if (service === undefined) return 'Resource vendor must be fully qualified and cannot contain regexes.';
  const [region, , ...id] = rest;
  return faultInService(service, region, id.join(':'), resource);
}

// Further checks of some services' ARNs.
function faultInService(service: string, region: string | undefined, id: string, resource: string): string | undefined {
  const regional = region !== undefined && region !== '';
  if (service === 's3' && regional && !id.startsWith('accesspoint/'))
    return `Resource ${resource} can not contain region information.`;
  if (service !== 'iam') return undefined;
  if (regional) return `IAM resource ${resource} cannot contain region information.`;
  if (id === '' || id === '*' || IAM_PATHS.some((path) => id.startsWith(path))) return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`;
}

/** Whether an ARN has too few parts. */
function isCutShort(resource: string): boolean {
  if (resource === '*') return false;
  const parts = resource.split(':');
  return parts[2] === '' || (parts.length < 6 && resource.includes('::'));
}

function failsLegacyParsing({ Effect, Condition }: Raw): boolean {
  // The case of Effect matters only here.
  if (Effect !== 'Allow' && Effect !== 'Deny') return true;
  return Object.entries((Condition ?? {}) as Record<string, Raw>).some(
    ([operator, block]) =>
      /^(?:ForA(?:ll|ny)Values?:)?Date/.test(operator) &&
      Object.values(block).some((value) => listOf(value).some((date) => !isDate(String(date)))),
  );
}

/** Whether a text is ISO 8601, in some of its forms, or seconds since the epoch. */
function isDate(text: string): boolean {
  if (!/[t-]/i.test(text)) return /^\d+$/.test(text) && BigInt(text) <= MAX_EPOCH;
  const match =
    /^(-?\d+)(?:-(\d+))?(?:-(\d+))?(?:t(?:(\d+)(?::(\d+))?(?::(\d+)(?:\.(\d{1,9}))?)?(?:z|[+-]\d{2}(?::?\d{2})?)?)?)?$/i.exec(
      text,
    );
  if (match === null) return false;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (Math.abs(year) > MAX_YEAR || month < 1 || month > 12 || day < 1 || day > 31) return false;
  return hour <= 23 && minute <= 59 && second <= 59;
}

const syntax = () => malformedPolicy('Syntax errors in policy.');
