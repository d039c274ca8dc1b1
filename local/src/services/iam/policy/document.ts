import { isObject } from '../../../core/is-object';
import { malformedPolicy } from '../errors';
import { literally } from './glob';

/** One statement, with single values as lists. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly PrincipalPattern[];
  readonly notPrincipals?: readonly PrincipalPattern[];
  readonly conditions: readonly Condition[];
}

/** A statement's principal: `{ kind: 'AWS', value: 'arn:…' }`, `{ kind: 'Service', … }`, or everyone: `*`. */
export interface PrincipalPattern {
  readonly kind: string;
  readonly value: string;
}

/** One operator on one key: `{ operator: 'StringEquals', key: 'sts:ExternalId', values: ['…'] }`. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export type PolicyKind = 'identity' | 'trust' | 'resource';

/**
 * Parses a policy document and checks its grammar (IAM's "Grammar of the IAM JSON policy language"); an identity policy
 * has been checked by `checkIdentityPolicy` when it was put.
 * @throws AwsError `MalformedPolicyDocument`
 */
export function parsePolicy(text: string, kind: PolicyKind): readonly Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy(kind === 'trust' ? 'This policy contains invalid Json' : 'Syntax errors in policy.');
  }
  if (!isObject(document)) throw malformedPolicy('Syntax errors in policy.');
  const { Version: version, Statement: statements } = document;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    throw malformedPolicy('The policy must contain a valid version string.');
  for (const name of Object.keys(document)) {
    if (!TOP.includes(name)) throw malformedPolicy('Syntax errors in policy.');
  }
  const list = Array.isArray(statements) ? statements : [statements];
  if (statements === undefined || list.length === 0) throw malformedPolicy('Syntax errors in policy.');
  const ids = list.flatMap((statement) =>
    isObject(statement) && statement.Sid !== undefined && statement.Sid !== '' ? [statement.Sid] : [],
  );
  if (new Set(ids).size < ids.length) throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  const parsed = list.map((statement) => parseStatement(statement, kind));
  return version === '2012-10-17' ? parsed : parsed.map(withoutVariables);
}

// Policy variables need version 2012-10-17: before, `${aws:username}` is literal.
function withoutVariables(statement: Statement): Statement {
  const all = (texts: readonly string[] | undefined) => texts?.map(literally);
  return {
    ...statement,
    resources: all(statement.resources),
    notResources: all(statement.notResources),
    conditions: statement.conditions.map((condition) => ({ ...condition, values: condition.values.map(literally) })),
  };
}

/** Members that a document may have. */
export const TOP = ['Version', 'Id', 'Statement', 'Conditions'];

/** Members that a statement may have. */
export const MEMBERS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
];

function parseStatement(raw: unknown, kind: PolicyKind): Statement {
  if (!isObject(raw)) throw malformedPolicy('Syntax errors in policy.');
  for (const name of Object.keys(raw)) if (!MEMBERS.includes(name)) throw malformedPolicy('Syntax errors in policy.');
  if (raw.Effect !== 'Allow' && raw.Effect !== 'Deny') throw malformedPolicy('Syntax errors in policy.');
  exactlyOne(raw, 'Action', 'Policy statement must contain actions.');
  checkTarget(raw, kind);
  if (kind !== 'resource' && raw.Sid !== undefined && !/^[0-9A-Za-z]*$/.test(String(raw.Sid)))
    throw malformedPolicy(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  const actions = strings(raw.Action);
  const notActions = strings(raw.NotAction);
  for (const action of [...(actions ?? []), ...(notActions ?? [])]) checkAction(action, kind);
  return {
    effect: raw.Effect,
    actions,
    notActions,
    resources: strings(raw.Resource),
    notResources: strings(raw.NotResource),
    principals: principals(raw.Principal),
    notPrincipals: principals(raw.NotPrincipal),
    conditions: conditions(raw.Condition),
  };
}

// Identity policies name resources, trust policies principals, resource-based policies both.
function checkTarget(raw: Readonly<Record<string, unknown>>, kind: PolicyKind): void {
  if (kind === 'trust' && (raw.Resource ?? raw.NotResource) !== undefined)
    throw malformedPolicy('Has prohibited field Resource');
  if (kind !== 'trust') exactlyOne(raw, 'Resource', 'Policy statement must contain resources.');
  if (kind !== 'identity') exactlyOne(raw, 'Principal', 'Missing required field Principal');
}

function exactlyOne(raw: Readonly<Record<string, unknown>>, element: string, otherwise: string): void {
  const has = raw[element] !== undefined;
  const hasNot = raw[`Not${element}`] !== undefined;
  if (has && hasNot) throw malformedPolicy('Syntax errors in policy.');
  const given = raw[element] ?? raw[`Not${element}`];
  if (given === undefined || (Array.isArray(given) && given.length === 0)) throw malformedPolicy(otherwise);
}

function checkAction(action: string, kind: PolicyKind): void {
  if (kind === 'trust' && !TRUSTED.test(action))
    throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
  if (action === '*' || /^[\w-]+:[\w*?-]+$/.test(action)) return;
  if (!action.includes(':'))
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  throw malformedPolicy(`Action ${action} is not valid.`);
}

/** Actions of a trust policy, possibly with a wildcard. */
const TRUSTED =
  /^sts:(\w*[*?].*|AssumeRole(With(SAML|WebIdentity))?|AssumeRoot|TagSession|SetSourceIdentity|SetContext|GetFederationToken|GetSessionToken|GetServiceBearerToken|GetCallerIdentity|GetAccessKeyInfo|DecodeAuthorizationMessage)$/i;

function principals(raw: unknown): readonly PrincipalPattern[] | undefined {
  if (raw === undefined) return undefined;
  if (raw === '*') return [{ kind: 'AWS', value: '*' }];
  if (!isObject(raw)) throw malformedPolicy('Invalid principal in policy.');
  const found = Object.entries(raw).flatMap(([kind, values]) =>
    (strings(values) ?? []).map((value) => ({ kind, value })),
  );
  if (found.length === 0) throw malformedPolicy('Invalid principal in policy.');
  for (const { kind, value } of found) {
    if (!Object.hasOwn(PRINCIPALS, kind) || PRINCIPALS[kind]?.test(value) !== true) throw invalidPrincipal(kind, value);
  }
  return found;
}

export const invalidPrincipal = (kind: string, value: string) =>
  malformedPolicy(`Invalid principal in policy: "${kind === 'AWS' ? kind : kind.toUpperCase()}":"${value}"`);

/** Forms of principals; unique ids are those of deleted principals. */
const PRINCIPALS: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|\d{12}|A[A-Z0-9]{15,}|arn:[\w-]+:(iam|sts)::(\d{12}|cloudfront):(root|(user|role|assumed-role|federated-user)\/[^*?]+))$/,
  Service: /^[a-z0-9.-]+\.amazon(aws)?\.com(\.cn)?$/,
  Federated: /./,
  CanonicalUser: /./,
};

function conditions(raw: unknown): readonly Condition[] {
  if (raw === undefined) return [];
  if (!isObject(raw)) throw malformedPolicy('Syntax errors in policy.');
  return Object.entries(raw).flatMap(([operator, block]) => {
    if (!isObject(block)) throw malformedPolicy('Syntax errors in policy.');
    if (Object.keys(block).length > 0 && !isOperator(operator))
      throw malformedPolicy(`Invalid Condition type : ${operator}.`);
    return Object.entries(block).map(([key, values]) => ({ operator, key, values: scalars(values) }));
  });
}

const OPERATOR =
  /^(?:(?:ForAllValues:|ForAnyValue:)?(?:String(?:Not)?Equals(?:IgnoreCase)?|String(?:Not)?Like|Arn(?:Not)?(?:Equals|Like)|Bool|BinaryEquals|(?:Not)?IpAddress|(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?))(?:IfExists)?|Null)$/i;

export const isOperator = (name: string): boolean => OPERATOR.test(name);

function strings(raw: unknown): readonly string[] | undefined {
  if (raw === undefined) return undefined;
  // A null among other items is ignored, as in IAM.
  const list: unknown[] = Array.isArray(raw) ? raw.filter((item) => item !== null) : [raw];
  for (const item of list) if (typeof item !== 'string') throw malformedPolicy('Syntax errors in policy.');
  return list as string[];
}

function scalars(raw: unknown): readonly string[] {
  return (Array.isArray(raw) ? raw : [raw]).map((item: unknown) => {
    if (item === null || typeof item === 'object') throw malformedPolicy('Syntax errors in policy.');
    return String(item);
  });
}
