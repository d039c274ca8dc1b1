import { isObject } from './is-object';
import { ownEntry } from './own-entry';

/**
 * EventBridge's event patterns, the filters of event source mappings and subscriptions (EventBridge's pages "Creating
 * event patterns" and "Comparison operators"). A pattern is checked once and matched in time linear in the event:
 * wildcards are limited, and nothing becomes a regular expression.
 */
export type Matcher = (event: unknown) => boolean;

/** A pattern that EventBridge would refuse; the message names the position. */
export class InvalidPattern extends Error {}

type Test = (value: unknown) => boolean;

const MAX_WILDCARDS = 16;
const MAX_DEPTH = 32;

/** Compiles a pattern. @throws InvalidPattern */
export function eventPattern(pattern: unknown): Matcher {
  return structure(pattern, '', 0);
}

function structure(pattern: unknown, path: string, depth: number): Matcher {
  if (depth > MAX_DEPTH) throw new InvalidPattern(`The pattern is nested deeper than ${MAX_DEPTH} levels.`);
  if (!isObject(pattern)) throw new InvalidPattern(`"${path}" must be an object or an array`);
  const entries = Object.entries(pattern);
  if (entries.length === 0)
    throw new InvalidPattern(`Empty objects are not allowed${path === '' ? '' : ` at "${path}"`}`);
  const matchers = entries.map(([name, value]): Matcher => {
    const at = path === '' ? name : `${path}.${name}`;
    if (name === '$or') return anyOf(value, at, depth);
    if (Array.isArray(value)) {
      const tests = leaf(value, at);
      return (event) => tests(isObject(event) ? event[name] : undefined);
    }
    const inner = structure(value, at, depth + 1);
    return (event) => {
      const part = isObject(event) ? event[name] : undefined;
      // An array of objects matches if one of them does.
      return Array.isArray(part) ? part.some(inner) : inner(part);
    };
  });
  return (event) => matchers.every((matches) => matches(event));
}

function anyOf(value: unknown, path: string, depth: number): Matcher {
  if (!Array.isArray(value) || value.length < 2)
    throw new InvalidPattern(`"${path}" must be an array of at least two objects`);
  const matchers = value.map((part) => structure(part, path, depth + 1));
  return (event) => matchers.some((matches) => matches(event));
}

/** A field's alternatives: one of the values or operators must match one of the field's values. */
function leaf(patterns: readonly unknown[], path: string): Test {
  if (patterns.length === 0) throw new InvalidPattern(`Empty arrays are not allowed at "${path}"`);
  const tests = patterns.map((pattern) => test(pattern, path));
  return (value) => {
    const values = Array.isArray(value) ? (value.length === 0 ? [undefined] : value) : [value];
    return tests.some((fits) => values.some(fits));
  };
}

function test(pattern: unknown, path: string): Test {
  if (!isObject(pattern)) {
    if (pattern !== null && !['string', 'number', 'boolean'].includes(typeof pattern))
      throw new InvalidPattern(`Match value at "${path}" must be a string, number, true, false, or null`);
    return (value) => value === pattern;
  }
  const [entry, ...more] = Object.entries(pattern);
  if (entry === undefined || more.length > 0)
    throw new InvalidPattern(`Only one key allowed in a match expression at "${path}"`);
  const [name, operand] = entry;
  const operator = ownEntry(OPERATORS, name);
  if (operator === undefined) throw new InvalidPattern(`Unrecognized match type ${name} at "${path}"`);
  return operator(operand, path);
}

const OPERATORS: Readonly<Record<string, (operand: unknown, path: string) => Test>> = {
  exists: (operand, path) => {
    if (typeof operand !== 'boolean')
      throw new InvalidPattern(`exists match pattern must be either true or false at "${path}"`);
    return (value) => (value !== undefined && !isObject(value)) === operand;
  },
  prefix: (operand, path) => ofText(operand, path, 'prefix', (text, start) => text.startsWith(start)),
  suffix: (operand, path) => ofText(operand, path, 'suffix', (text, end) => text.endsWith(end)),
  'equals-ignore-case': (operand, path) => {
    const wanted = textOf(operand, path, 'equals-ignore-case').toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (operand, path) => {
    const matches = wildcard(textOf(operand, path, 'wildcard'), path);
    return (value) => typeof value === 'string' && matches(value);
  },
  numeric,
  cidr: (operand, path) => cidr(textOf(operand, path, 'cidr'), path),
  'anything-but': anythingBut,
};

/** `prefix` and `suffix`: of a text, or of one that is compared case-insensitively. */
function ofText(operand: unknown, path: string, name: string, fits: (text: string, part: string) => boolean): Test {
  const caseless = isObject(operand) ? operand['equals-ignore-case'] : undefined;
  if (caseless !== undefined) {
    const part = textOf(caseless, path, name).toLowerCase();
    return (value) => typeof value === 'string' && fits(value.toLowerCase(), part);
  }
  const part = textOf(operand, path, name);
  return (value) => typeof value === 'string' && fits(value, part);
}

function textOf(operand: unknown, path: string, name: string): string {
  if (typeof operand !== 'string') throw new InvalidPattern(`${name} match pattern must be a string at "${path}"`);
  return operand;
}

const COMPARE: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `numeric`: `["=", 5]`, or a range such as `[">", 0, "<=", 100]`. */
function numeric(operand: unknown, path: string): Test {
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length))
    throw new InvalidPattern(`Value of numeric must be an array of one or two comparisons at "${path}"`);
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const compare = COMPARE[String(operand[index])];
    const bound: unknown = operand[index + 1];
    if (compare === undefined || typeof bound !== 'number')
      throw new InvalidPattern(`Unrecognized numeric range at "${path}"`);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((fits) => fits(value));
}

/** `anything-but`: any present value except these. */
function anythingBut(operand: unknown, path: string): Test {
  if (isObject(operand)) {
    const [name, inner] = Object.entries(operand)[0] ?? [];
    if (name === undefined || !['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name))
      throw new InvalidPattern(`Unsupported anything-but pattern at "${path}"`);
    const tests = [inner].flat().map((one) => (OPERATORS[name] as (operand: unknown, path: string) => Test)(one, path));
    return (value) => value !== undefined && !tests.some((fits) => fits(value));
  }
  const excluded = [operand].flat();
  if (
    excluded.length === 0 ||
    excluded.some((one) => one !== null && !['string', 'number', 'boolean'].includes(typeof one))
  )
    throw new InvalidPattern(
      `Inside anything-but list at "${path}", only strings, numbers, true, false and null are allowed`,
    );
  return (value) => value !== undefined && !isObject(value) && !excluded.includes(value);
}

/** `wildcard`: `*` matches any characters, `\\*` a star. Parts are found from left to right, each once. */
function wildcard(pattern: string, path: string): (text: string) => boolean {
  if (/(?<!\\)\*\*/.test(pattern)) throw new InvalidPattern(`Consecutive wildcard characters at "${path}"`);
  const parts = pattern.split(/(?<!\\)\*/).map((part) => part.replace(/\\(.)/g, '$1'));
  if (parts.length > MAX_WILDCARDS + 1) throw new InvalidPattern(`More than ${MAX_WILDCARDS} wildcards at "${path}"`);
  if (parts.length === 1) return (text) => text === parts[0];
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    let from = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, from);
      if (found === -1 || found + part.length > text.length - last.length) return false;
      from = found + part.length;
    }
    return true;
  };
}

/** `cidr`: IPv4 networks such as `10.0.0.0/24`. */
function cidr(network: string, path: string): Test {
  const [address = '', bits = ''] = network.split('/');
  const base = ipv4(address);
  const length = Number(bits);
  if (base === undefined || !/^\d{1,2}$/.test(bits) || length > 32)
    throw new InvalidPattern(`Malformed CIDR at "${path}": IPv4 networks are known here`);
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return (value) => {
    const own = typeof value === 'string' ? ipv4(value) : undefined;
    return own !== undefined && (own & mask) >>> 0 === (base & mask) >>> 0;
  };
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  const valid = parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  return valid ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}
