import { BIGINT, DOUBLE, decimal, INTEGER, type TrinoType, VARCHAR } from '../../types/type';
import { parseDecimal, RANGES } from '../../values/numbers';
import type { Value } from '../../values/value';

/** A path of SQL/JSON, `lax $.a[0 to last] ? (@.b > 1)` ("JSON path language" in Trino's documentation). */
export interface JsonPath {
  readonly lax: boolean;
  readonly root: PathNode;
}

export type Method = 'type' | 'size' | 'double' | 'ceiling' | 'floor' | 'abs' | 'keyvalue';

export type PathNode =
  | { readonly kind: 'literal'; readonly type: TrinoType; readonly value: Value }
  | { readonly kind: 'null' | 'context' | 'last' | 'current' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'member' | 'descendant'; readonly base: PathNode; readonly key: string }
  | { readonly kind: 'members' | 'items'; readonly base: PathNode }
  | {
      readonly kind: 'subscript';
      readonly base: PathNode;
      readonly ranges: readonly { readonly from: PathNode; readonly to?: PathNode }[];
    }
  | { readonly kind: 'filter'; readonly base: PathNode; readonly test: Predicate }
  | { readonly kind: 'method'; readonly base: PathNode; readonly method: Method }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly base: PathNode }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: PathNode; readonly right: PathNode };

export type Operator = '+' | '-' | '*' | '/' | '%';
export type PathComparison = '==' | '<>' | '<' | '>' | '<=' | '>=';

export type Predicate =
  | { readonly kind: 'compare'; readonly operator: PathComparison; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: 'starts'; readonly whole: PathNode; readonly prefix: PathNode }
  | { readonly kind: 'exists'; readonly path: PathNode }
  | { readonly kind: 'not' | 'unknown'; readonly test: Predicate }
  | { readonly kind: 'and' | 'or'; readonly left: Predicate; readonly right: Predicate };

/** An invalid path; `code` is Trino's. */
export class PathError extends Error {
  constructor(
    message: string,
    readonly code: 'INVALID_PATH' | 'NOT_SUPPORTED' = 'INVALID_PATH',
  ) {
    super(message);
  }
}

const TOKEN =
  /\s*(?:(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<text>"(?:[^"]|"")*")|(?<variable>\$[A-Za-z_]\w*)|(?<word>[A-Za-z_]\w*)|(?<symbol>\.\.|==|<>|!=|<=|>=|&&|\|\||[-+*/%$@.,()[\]?!<>]))/y;
const METHODS: ReadonlySet<string> = new Set(['type', 'size', 'double', 'ceiling', 'floor', 'abs', 'keyvalue']);
/** Most levels of nesting: a hostile path would exhaust the stack. */
const MAX_DEPTH = 200;

const paths = new Map<string, JsonPath>();
const MAX_KEPT = 1000;

/** Parses a path. @throws PathError */
export function parsePath(text: string): JsonPath {
  const known = paths.get(text);
  if (known !== undefined) return known;
  const found = new PathReader(text).path();
  if (paths.size >= MAX_KEPT) paths.clear();
  paths.set(text, found);
  return found;
}

interface Token {
  readonly kind: string;
  readonly text: string;
  readonly at: number;
}

class PathReader {
  private readonly tokens: Token[] = [];
  private place = 0;
  private depth = 0;
  private subscripts = 0;
  private filters = 0;

  constructor(text: string) {
    let at = 0;
    const end = text.trimEnd().length;
    while (at < end) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(text);
      if (match === null) throw invalid(text.slice(at).trim().charAt(0), at);
      const [kind, piece = ''] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [''];
      this.tokens.push({ kind, text: piece, at: TOKEN.lastIndex - piece.length });
      at = TOKEN.lastIndex;
    }
    this.tokens.push({ kind: 'end', text: '<EOF>', at: end });
  }

  path(): JsonPath {
    const mode = this.next();
    if (mode.text !== 'lax' && mode.text !== 'strict') throw invalid(mode.text, mode.at, "'lax', 'strict'");
    const root = this.expression();
    if (this.current.kind !== 'end') throw this.unexpected();
    return { lax: mode.text === 'lax', root };
  }

  private get current(): Token {
    return this.tokens[this.place] as Token;
  }

  private next(): Token {
    return this.tokens[this.current.kind === 'end' ? this.place : this.place++] as Token;
  }

  private is(text: string, ahead = 0): boolean {
    const token = this.tokens[this.place + ahead];
    return token?.text === text && token.kind !== 'text';
  }

  private accept(...texts: string[]): boolean {
    if (!texts.every((text, index) => this.is(text, index))) return false;
    this.place += texts.length;
    return true;
  }

  private take(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`'${text}'`);
  }

  private unexpected(expected?: string): PathError {
    return invalid(this.current.text, this.current.at, expected);
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new PathError('JSON path is nested too deeply');
    const found = read();
    this.depth--;
    return found;
  }

  private expression(): PathNode {
    return this.nested(() => {
      let left = this.product();
      for (;;) {
        const operator = (['+', '-'] as const).find((symbol) => this.accept(symbol));
        if (operator === undefined) return left;
        left = { kind: 'binary', operator, left, right: this.product() };
      }
    });
  }

  private product(): PathNode {
    let left = this.signed();
    for (;;) {
      const operator = (['*', '/', '%'] as const).find((symbol) => this.accept(symbol));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.signed() };
    }
  }

  private signed(): PathNode {
    const operator = (['+', '-'] as const).find((symbol) => this.accept(symbol));
    if (operator === undefined) return this.accessors();
    return this.nested(() => ({ kind: 'sign', operator, base: this.signed() }));
  }

  private accessors(): PathNode {
    let base = this.primary();
    for (;;) {
      if (this.accept('..')) base = { kind: 'descendant', base, key: this.key() };
      else if (this.accept('.')) base = this.member(base);
      else if (this.accept('[')) base = this.subscript(base);
      else if (this.accept('?')) {
        this.take('(');
        this.filters++;
        base = { kind: 'filter', base, test: this.predicate() };
        this.filters--;
        this.take(')');
      } else return base;
    }
  }

  private member(base: PathNode): PathNode {
    if (this.accept('*')) return { kind: 'members', base };
    if (this.current.kind === 'word' && this.is('(', 1)) {
      const method = this.next().text;
      if (method === 'datetime')
        throw new PathError('datetime method in JSON path is not yet supported', 'NOT_SUPPORTED');
      if (!METHODS.has(method)) throw this.unexpected();
      this.take('(');
      this.take(')');
      return { kind: 'method', base, method: method as Method };
    }
    return { kind: 'member', base, key: this.key() };
  }

  private key(): string {
    const { kind, text } = this.current;
    if (kind !== 'word' && kind !== 'text') throw this.unexpected();
    this.next();
    return kind === 'text' ? unquoted(text) : text;
  }

  private subscript(base: PathNode): PathNode {
    if (this.accept('*', ']')) return { kind: 'items', base };
    const ranges: { from: PathNode; to?: PathNode }[] = [];
    this.subscripts++;
    do {
      const from = this.expression();
      ranges.push(this.accept('to') ? { from, to: this.expression() } : { from });
    } while (this.accept(','));
    this.subscripts--;
    this.take(']');
    return { kind: 'subscript', base, ranges };
  }

  private primary(): PathNode {
    const { kind, text } = this.current;
    if (this.accept('(')) {
      const inner = this.expression();
      this.take(')');
      return inner;
    }
    if (this.accept('$')) return { kind: 'context' };
    if (this.is('@')) {
      if (this.filters === 0) throw this.unexpected();
      this.next();
      return { kind: 'current' };
    }
    if (kind === 'variable') {
      this.next();
      return { kind: 'variable', name: text.slice(1) };
    }
    if (kind === 'text') {
      this.next();
      const value = unquoted(text);
      return { kind: 'literal', type: VARCHAR, value };
    }
    if (kind === 'number') {
      this.next();
      return numberNode(text);
    }
    if (this.accept('null')) return { kind: 'null' };
    if (this.accept('true')) return { kind: 'literal', type: { kind: 'boolean' }, value: true };
    if (this.accept('false')) return { kind: 'literal', type: { kind: 'boolean' }, value: false };
    if (this.is('last')) {
      if (this.subscripts === 0) throw new PathError('last is allowed in array subscripts alone');
      this.next();
      return { kind: 'last' };
    }
    throw this.unexpected();
  }

  private predicate(): Predicate {
    return this.nested(() => {
      let left = this.conjunction();
      while (this.accept('||')) left = { kind: 'or', left, right: this.conjunction() };
      return left;
    });
  }

  private conjunction(): Predicate {
    let left = this.negation();
    while (this.accept('&&')) left = { kind: 'and', left, right: this.negation() };
    return left;
  }

  private negation(): Predicate {
    if (!this.accept('!')) return this.simplePredicate();
    const test = this.delimited();
    if (test === undefined) throw this.unexpected("'exists', '('");
    return { kind: 'not', test };
  }

  /** Parses `exists (path)` or `(predicate)`; undefined at the beginning of a path. */
  private delimited(): Predicate | undefined {
    if (this.accept('exists', '(')) {
      const path = this.expression();
      this.take(')');
      return { kind: 'exists', path };
    }
    if (!this.is('(')) return undefined;
    const { place, depth } = this;
    try {
      this.take('(');
      const test = this.predicate();
      this.take(')');
      return test;
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      this.place = place;
      this.depth = depth;
      return undefined;
    }
  }

  private simplePredicate(): Predicate {
    const test = this.delimited();
    if (test !== undefined) return this.accept('is', 'unknown') ? { kind: 'unknown', test } : test;
    const left = this.expression();
    if (this.accept('starts', 'with')) return { kind: 'starts', whole: left, prefix: this.primary() };
    if (this.is('like_regex'))
      throw new PathError('like_regex predicate in JSON path is not yet supported', 'NOT_SUPPORTED');
    const symbol = ['==', '<>', '!=', '<=', '>=', '<', '>'].find((each) => this.accept(each));
    if (symbol === undefined) throw this.unexpected('a comparison');
    return {
      kind: 'compare',
      operator: (symbol === '!=' ? '<>' : symbol) as PathComparison,
      left,
      right: this.expression(),
    };
  }
}

const unquoted = (text: string): string => text.slice(1, -1).replaceAll('""', '"');

function numberNode(text: string): PathNode {
  if (/e/i.test(text)) return { kind: 'literal', type: DOUBLE, value: Number(text) };
  if (!text.includes('.')) {
    const value = BigInt(text);
    if (value > RANGES.bigint[1]) throw new PathError(`Invalid numeric literal: ${text}`);
    return value > RANGES.integer[1]
      ? { kind: 'literal', type: BIGINT, value }
      : { kind: 'literal', type: INTEGER, value: Number(value) };
  }
  const found = parseDecimal(text) as { unscaled: bigint; scale: number };
  const digits = Math.max(1, String(found.unscaled).replace(/^0$/, '').length, found.scale);
  return { kind: 'literal', type: decimal(digits, found.scale), value: found.unscaled };
}

function invalid(text: string, at: number, expected?: string): PathError {
  const wanted = expected === undefined ? '' : ` expecting ${expected}`;
  return new PathError(`invalid JSON path at position ${at + 1}: mismatched input '${text}'${wanted}`);
}

/** Names of a path's variables. */
export function variablesIn(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  const { kind, name } = node as { kind?: string; name?: string };
  if (kind === 'variable' && name !== undefined) found.add(name);
  for (const value of Object.values(node)) variablesIn(value, found);
  return found;
}
