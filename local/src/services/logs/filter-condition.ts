import { Cursor } from '../../core/cursor';
import { invalidParameter } from './errors';
import { regexMatcher } from './filter-regex';

/** A condition on values by selector: `$.a.b` in JSON, a field's name in a line of words. */
export type Condition = (read: (selector: string) => unknown) => boolean;

const OPERATOR = /(?:!=|<=|>=|=|<|>)/y;
const VALUE = /"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)+)%|([^\s()&|]+)/y;
const MAX_DEPTH = 20;

/** Recursive-descent parser of `condition && (condition || condition)`. */
export class ConditionParser {
  private readonly cursor: Cursor;

  /** @param selector sticky expression that matches a selector */
  constructor(
    text: string,
    private readonly selector: RegExp,
  ) {
    this.cursor = new Cursor(text);
  }

  /** @throws AwsError `InvalidParameterException` for an invalid condition */
  parseAll(): Condition {
    const condition = this.or(0);
    if (!this.cursor.isAtEnd) throw this.invalid();
    return condition;
  }

  private or(depth: number): Condition {
    const parts = [this.and(depth)];
    while (this.cursor.take(/\|\|/y) !== undefined) parts.push(this.and(depth));
    return parts.length === 1 ? (parts[0] as Condition) : (read) => parts.some((part) => part(read));
  }

  private and(depth: number): Condition {
    const parts = [this.primary(depth)];
    while (this.cursor.take(/&&/y) !== undefined) parts.push(this.primary(depth));
    return parts.length === 1 ? (parts[0] as Condition) : (read) => parts.every((part) => part(read));
  }

  private primary(depth: number): Condition {
    if (depth > MAX_DEPTH) throw this.invalid();
    if (this.cursor.take(/\(/y) !== undefined) {
      const inner = this.or(depth + 1);
      if (this.cursor.take(/\)/y) === undefined) throw this.invalid();
      return inner;
    }
    const selector = this.cursor.take(this.selector)?.[0];
    if (selector === undefined) throw this.invalid();
    const is = this.cursor.take(/IS\s+(NULL|TRUE|FALSE)\b/iy)?.[1]?.toUpperCase();
    if (is !== undefined) {
      const wanted = is === 'NULL' ? null : is === 'TRUE';
      return (read) => read(selector) === wanted;
    }
    if (this.cursor.take(/NOT\s+EXISTS\b/iy) !== undefined) return (read) => read(selector) === undefined;
    if (this.cursor.take(/EXISTS\b/iy) !== undefined) return (read) => read(selector) !== undefined;
    const test = this.comparison();
    return (read) => {
      const value = read(selector);
      return value !== undefined && test(value);
    };
  }

  private comparison(): (value: unknown) => boolean {
    const operator = this.cursor.take(OPERATOR)?.[0];
    const [, quoted, regex, bare] = this.cursor.take(VALUE) ?? [];
    if (operator === undefined) throw this.invalid();
    if (regex !== undefined) {
      const matches = regexMatcher(regex);
      return (value) => matches(textOf(value)) === (operator === '=');
    }
    const text = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (text === undefined) throw this.invalid();
    if (operator === '=' || operator === '!=') {
      const equals = equalTo(text, quoted === undefined);
      return (value) => equals(value) === (operator === '=');
    }
    const limit = Number(text);
    if (Number.isNaN(limit)) throw this.invalid();
    return (value) => compare(toNumber(value), operator, limit);
  }

  private invalid() {
    return invalidParameter(
      `Invalid filter pattern: unexpected input at position ${this.cursor.place} of '${this.cursor.text.trim()}'`,
    );
  }
}

// A bare number equals numbers of the same value, in any notation.
function equalTo(text: string, bare: boolean): (value: unknown) => boolean {
  if (text.includes('*')) {
    const parts = text.split('*');
    return (value) => hasParts(textOf(value), parts);
  }
  const number = bare && text !== '' ? Number(text) : Number.NaN;
  return (value) => textOf(value) === text || (!Number.isNaN(number) && toNumber(value) === number);
}

/**
 * Whether a text consists of these parts in order, with anything between them, in linear time: patterns are untrusted.
 */
function hasParts(text: string, parts: readonly string[]): boolean {
  const last = parts[parts.length - 1] as string;
  let at = 0;
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const found = index === 0 ? (text.startsWith(part) ? 0 : -1) : text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

function compare(value: number, operator: string, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    default:
      return value >= limit;
  }
}

function toNumber(value: unknown): number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
