import { isIP } from 'node:net';
import type { Condition } from './document';
import { type ConditionContext, globMatches, plain, substitute } from './glob';

/**
 * Whether all of a statement's conditions hold (IAM's "IAM JSON policy elements: Condition operators"). Values of one
 * key are alternatives; all keys and operators must hold. A key that the request lacks fails every operator except
 * negated ones, `Null` and those that end in `IfExists`.
 */
export function conditionsHold(conditions: readonly Condition[], context: ConditionContext): boolean {
  return conditions.every((condition) => conditionHolds(condition, context));
}

function conditionHolds({ operator, key, values }: Condition, context: ConditionContext): boolean {
  const [, quantifier, stem, ifExists] = /^(?:(\w+):)?(.*?)(IfExists)?$/i.exec(operator) as RegExpExecArray;
  const name = (stem as string).toLowerCase();
  const actual = context.get(key.toLowerCase());
  if (name === 'null') return values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  if (actual === undefined && ifExists !== undefined) return true;
  const { compare, negated } = operatorOf(name);
  const wanted = values
    .map((value) => substitute(value, context))
    .filter((value): value is string => value !== undefined);
  // A negated operator holds for a value if none of the listed ones matches.
  const holdsFor = (value: string) => wanted.some((one) => compare(one, value)) !== negated;
  if (quantifier?.toLowerCase() === 'forallvalues') return (actual ?? []).every(holdsFor);
  if (quantifier !== undefined) return (actual ?? []).some(holdsFor);
  if (actual === undefined) return negated;
  return negated ? actual.every(holdsFor) : actual.some(holdsFor);
}

type Compare = (wanted: string, actual: string) => boolean;

function operatorOf(name: string): { compare: Compare; negated: boolean } {
  const negated = name.includes('not');
  const positive = name.replace('not', '');
  return { compare: COMPARISONS[positive] ?? (() => false), negated };
}

const compareWith =
  (parse: (text: string) => number, test: (actual: number, wanted: number) => boolean): Compare =>
  (wanted, actual) =>
    test(parse(actual), parse(plain(wanted)));

const ordered = (prefix: string, parse: (text: string) => number): Record<string, Compare> => ({
  [`${prefix}equals`]: compareWith(parse, (actual, wanted) => actual === wanted),
  [`${prefix}lessthan`]: compareWith(parse, (actual, wanted) => actual < wanted),
  [`${prefix}lessthanequals`]: compareWith(parse, (actual, wanted) => actual <= wanted),
  [`${prefix}greaterthan`]: compareWith(parse, (actual, wanted) => actual > wanted),
  [`${prefix}greaterthanequals`]: compareWith(parse, (actual, wanted) => actual >= wanted),
});

const COMPARISONS: Readonly<Record<string, Compare>> = {
  stringequals: (wanted, actual) => plain(wanted) === actual,
  stringequalsignorecase: (wanted, actual) => plain(wanted).toLowerCase() === actual.toLowerCase(),
  stringlike: globMatches,
  // AWS documents that ArnEquals and ArnLike are equal.
  arnequals: arnMatches,
  arnlike: arnMatches,
  bool: (wanted, actual) => plain(wanted).toLowerCase() === actual.toLowerCase(),
  binaryequals: (wanted, actual) => plain(wanted) === actual,
  ipaddress: (wanted, actual) => inRange(plain(wanted), actual),
  ...ordered('numeric', (text) => (text.trim() === '' ? Number.NaN : Number(text))),
  ...ordered('date', parseDate),
};

/** Matches each of an ARN's six parts separately: a `*` doesn't match a colon, except in the last part. */
export function arnMatches(pattern: string, arn: string): boolean {
  const wanted = partsOf(pattern);
  const actual = partsOf(arn);
  if (wanted.length !== 6 || actual.length !== 6) return pattern === '*';
  return wanted.every((part, index) => globMatches(part, actual[index] as string));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

// Dates are ISO 8601 or seconds since the epoch.
function parseDate(text: string): number {
  return /^\d{5,}(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** Whether an address is in a CIDR range. */
function inRange(range: string, address: string): boolean {
  const [network = '', bits] = range.split('/');
  if (isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  const width = isIP(network) === 4 ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > width) return false;
  const shift = BigInt(width - length);
  return addressNumber(network) >> shift === addressNumber(address) >> shift;
}

function addressNumber(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(Number.parseInt(group, 16)), 0n);
}
