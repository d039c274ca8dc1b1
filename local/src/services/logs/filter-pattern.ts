import { type Condition, ConditionParser } from './filter-condition';
import { invalidPattern, type Matcher, regexMatcher } from './filter-regex';

/**
 * Compiles a filter pattern ("Filter pattern syntax for metric filters, subscription filters, filter log events"):
 * terms (`a b`, `?a ?b`, `-a`, `"a phrase"`, `%regex%`), JSON (`{ $.a.b = "x*" && $.n > 3 }`) or fields
 * (`[ip, ..., status = 4*, size > 1000]`). The empty pattern matches everything.
 * @throws AwsError `InvalidParameterException` for an invalid pattern
 */
export function parseFilterPattern(pattern: string): Matcher {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return jsonMatcher(text);
  if (text.startsWith('[')) return fieldsMatcher(text);
  return termsMatcher(text);
}

/** Reads a message's value by selector: `$.a.b` of JSON, `$name` of a field; undefined if the message lacks it. */
export type ValueReader = (selector: string) => unknown;

/** Reads values of messages that match a pattern, by the pattern's kind; terms have none. */
export function valueReaderOf(pattern: string): (message: string) => ValueReader {
  const text = pattern.trim();
  if (text.startsWith('[')) {
    const fields = splitFields(text.slice(1, -1)).map(parseField);
    return (message) => {
      const words = wordsOf(fields, splitWords(message));
      return (selector) => words.get(selector.slice(1));
    };
  }
  if (!text.startsWith('{')) return () => () => undefined;
  return (message) => {
    const document = parseDocument(message);
    return (selector) => select(document, selector);
  };
}

/** The selectors of a pattern. */
export function selectorsOf(pattern: string): string[] {
  const text = pattern.trim();
  if (text.startsWith('{')) return [...new Set(text.match(new RegExp(JSON_SELECTOR.source, 'g')))];
  if (!text.startsWith('[')) return [];
  const fields = splitFields(text.slice(1, -1)).map(parseField);
  return fields.flatMap(({ name, ellipsis }, index) => (ellipsis ? [] : `$${name ?? index + 1}`));
}

/** A message's words by field name. */
function wordsOf(fields: readonly Field[], words: readonly string[]): Map<string, string> {
  const ellipsis = fields.findIndex((field) => field.ellipsis);
  const found = new Map<string, string>();
  for (const [index, field] of fields.entries()) {
    const word = words[ellipsis !== -1 && index > ellipsis ? words.length - (fields.length - index) : index];
    if (!field.ellipsis && word !== undefined) found.set(field.name ?? String(index + 1), word);
  }
  return found;
}

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)+)%|([^\s"]+))/y;

function termsMatcher(text: string): Matcher {
  const all: Matcher[] = [];
  const none: Matcher[] = [];
  const any: Matcher[] = [];
  TERM.lastIndex = 0;
  for (let at = 0; at < text.length; at = TERM.lastIndex) {
    TERM.lastIndex = at;
    const [, mark, phrase, regex, word] = TERM.exec(text) ?? [];
    if (mark === undefined) throw invalidPattern();
    const group = mark === '-' ? none : mark === '?' ? any : all;
    group.push(regex === undefined ? contains(phrase?.replace(/\\(.)/g, '$1') ?? word ?? '') : regexMatcher(regex));
  }
  const excluded: Matcher = (message) => none.some((matches) => matches(message));
  // Optional terms count only without required and excluded ones.
  if (all.length === 0 && none.length === 0) return (message) => any.some((matches) => matches(message));
  return (message) => all.every((matches) => matches(message)) && !excluded(message);
}

function contains(term: string): Matcher {
  return (message) => message.includes(term);
}

function jsonMatcher(text: string): Matcher {
  if (!text.endsWith('}')) throw invalidPattern();
  const parser = new ConditionParser(text.slice(1, -1), JSON_SELECTOR);
  const condition = parser.parseAll();
  return (message) => {
    const document = parseDocument(message);
    return document !== undefined && condition((selector) => select(document, selector));
  };
}

const JSON_SELECTOR = /\$(?:\.?\[(?:'[^']*'|\d+)\]|\.[A-Za-z0-9_@:-]+)+/y;

function parseDocument(message: string): object | undefined {
  // Most messages aren't JSON: the check avoids JSON.parse's exceptions.
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}

function select(document: unknown, selector: string): unknown {
  let value = document;
  for (const [, quoted, index, name] of selector.matchAll(/\[(?:'([^']*)'|(\d+))\]|\.([A-Za-z0-9_@:-]+)/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = quoted ?? index ?? name ?? '';
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

interface Field {
  readonly ellipsis: boolean;
  readonly name?: string;
  readonly condition?: Condition;
}

function fieldsMatcher(text: string): Matcher {
  if (!text.endsWith(']')) throw invalidPattern();
  const fields = splitFields(text.slice(1, -1)).map(parseField);
  // `[]` names no field, and matches every message.
  if (fields.length === 0) return () => true;
  const ellipsis = fields.findIndex((field) => field.ellipsis);
  if (fields.filter((field) => field.ellipsis).length > 1) throw invalidPattern();
  return (message) => {
    const words = splitWords(message);
    const named = fields.length - (ellipsis === -1 ? 0 : 1);
    if (ellipsis === -1 ? words.length !== named : words.length < named) return false;
    return fields.every((field, index) => {
      const fromEnd = ellipsis !== -1 && index > ellipsis;
      const word = words[fromEnd ? words.length - (fields.length - index) : index];
      return field.condition?.(() => word) ?? true;
    });
  };
}

// Commas within quotes and regular expressions don't separate fields.
function splitFields(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|%[^%]*%|[^,"%])+/g)].map(([field]) => field.trim());
}

function parseField(text: string): Field {
  if (text === '...') return { ellipsis: true };
  const name = /^\w+/.exec(text)?.[0];
  if (text === '' || text === name) return { ellipsis: false, name };
  return { ellipsis: false, name, condition: new ConditionParser(text, /\w+/y).parseAll() };
}

/** Splits a message into words; text in quotes or brackets is one. */
function splitWords(message: string): string[] {
  const words: string[] = [];
  // The last closing marks, searched once: searching from each opening mark would take quadratic time.
  const [lastQuote, lastBracket] = [message.lastIndexOf('"'), message.lastIndexOf(']')];
  const start = /\S/g;
  for (let found = start.exec(message); found !== null; found = start.exec(message)) {
    const at = found.index;
    const mark = message.charAt(at);
    const closing = mark === '"' && at < lastQuote ? '"' : mark === '[' && at < lastBracket ? ']' : undefined;
    const end = closing === undefined ? endOfWord(message, at) : message.indexOf(closing, at + 1);
    words.push(message.slice(closing === undefined ? at : at + 1, end));
    start.lastIndex = closing === undefined ? end : end + 1;
  }
  return words;
}

function endOfWord(message: string, at: number): number {
  const space = /\s/g;
  space.lastIndex = at;
  return space.exec(message)?.index ?? message.length;
}
