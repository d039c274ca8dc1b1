import type { Comparator, Condition, Operand, Parsed, PathPart } from './ast';
import { Parser } from './parser';

const KEYWORDS: ReadonlySet<string> = new Set(['BETWEEN', 'IN', 'AND', 'OR', 'NOT']);
const FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);
const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
/** Most levels of nesting, far more than an expression of 4 KB can use. */
const MAX_DEPTH = 300;

/**
 * Parses a condition, filter or key condition ("Condition and filter expressions, operators, and functions").
 * @throws InvalidExpression for a syntax error
 */
export function parseCondition(text: string): Parsed<Condition> {
  const parser = new ConditionParser(text);
  const tree = parser.parse();
  const { parens, unknownFunction, misusedFunction, reserved } = parser.errors;
  return { tree, error: parens ?? unknownFunction ?? misusedFunction ?? reserved };
}

class ConditionParser extends Parser {
  private depth = 0;

  constructor(text: string) {
    super(text, KEYWORDS, FUNCTIONS);
  }

  parse(): Condition {
    const condition = this.or();
    this.expectEnd();
    return condition;
  }

  private or(): Condition {
    const left = this.and();
    return this.takeKeyword('OR') ? { kind: 'or', left, right: this.or() } : left;
  }

  private and(): Condition {
    const left = this.not();
    return this.takeKeyword('AND') ? { kind: 'and', left, right: this.and() } : left;
  }

  private not(): Condition {
    if (this.takeKeyword('NOT')) return { kind: 'not', of: this.not() };
    return this.primary();
  }

  /** Parses a parenthesis, which holds a condition or the first operand of one. */
  private primary(): Condition {
    if (!this.isSymbol('(')) return this.comparison();
    const start = this.position;
    const errors = { ...this.errors };
    this.depth++;
    if (this.depth > MAX_DEPTH) this.fail();
    try {
      return this.comparison();
    } catch (notAnOperand) {
      this.position = start + 1;
      for (const kind of Object.keys(this.errors)) delete this.errors[kind as keyof typeof errors];
      Object.assign(this.errors, errors);
      const doubled = this.isSymbol('(');
      const condition = this.or();
      if (!this.isSymbol(')')) this.fail();
      // Double parentheses around a condition are refused, as on AWS.
      const inner = this.position;
      this.position++;
      if (doubled && this.closesBefore(start + 1, inner)) this.noteParens();
      void notAnOperand;
      return condition;
    } finally {
      this.depth--;
    }
  }

  /** Whether a parenthesis that opens at a token closes just before another token. */
  private closesBefore(open: number, end: number): boolean {
    let depth = 0;
    for (let index = open; index < end; index++) {
      const symbol = this.symbolAt(index);
      if (symbol === '(') depth++;
      if (symbol === ')' && --depth === 0) return index === end - 1;
    }
    return false;
  }

  private noteParens(): void {
    this.errors.parens ??= 'The expression has redundant parentheses;';
  }

  private comparison(): Condition {
    const call = this.lookAtCall();
    const first = this.wrapped();
    const { kind, text } = this.token;
    if (kind === 'symbol' && COMPARATORS.has(text)) {
      this.position++;
      const args = [first, this.wrapped()] as const;
      this.checkNoPredicate(args);
      return { kind: 'compare', comparator: text as Comparator, args };
    }
    if (this.takeKeyword('BETWEEN')) {
      const low = this.wrapped();
      if (!this.takeKeyword('AND')) this.fail();
      const args = [first, low, this.wrapped()] as const;
      this.checkNoPredicate(args);
      return { kind: 'between', args };
    }
    if (this.takeKeyword('IN')) {
      this.expectSymbol('(');
      const args = [first, ...this.list(() => this.wrapped())];
      this.expectSymbol(')');
      this.checkNoPredicate(args);
      return { kind: 'in', args };
    }
    if (!call || first.kind !== 'call') this.fail();
    if (first.name === 'size') this.misused('size');
    return first;
  }

  private lookAtCall(): boolean {
    return this.token.kind === 'word' && this.symbolAt(this.position + 1) === '(';
  }

  private checkNoPredicate(args: readonly Operand[]): void {
    for (const arg of args) if (arg.kind === 'call' && arg.name !== 'size') this.misused(arg.name);
  }

  private misused(name: string): void {
    this.errors.misusedFunction ??= `The function is not allowed to be used this way in an expression; function: ${name}`;
  }

  protected override call(): Operand & { kind: 'call' } {
    const call = super.call();
    this.checkNoPredicate(call.args);
    return call;
  }

  protected override operandInParens(): Operand {
    return this.wrapped();
  }

  /** Parses an operand, in at most one pair of parentheses; two are refused. */
  private wrapped(): Operand {
    if (!this.isSymbol('(')) return this.operand();
    const start = this.position;
    this.position++;
    if (this.isSymbol('(')) this.noteParens();
    if (this.position - start > MAX_DEPTH) this.fail();
    const operand = this.wrapped();
    this.expectSymbol(')');
    // A path continues after a parenthesis around its beginning: (a.b)[1].
    if (operand.kind !== 'path' || !(this.isSymbol('.') || this.isSymbol('['))) return operand;
    return { kind: 'path', parts: this.pathAfter(operand.parts) };
  }

  private pathAfter(head: readonly PathPart[]): PathPart[] {
    this.head = head;
    return this.path();
  }

  private head: readonly PathPart[] | undefined;

  protected override pathHead(): PathPart[] {
    const head = this.head;
    this.head = undefined;
    return head === undefined ? super.pathHead() : [...head];
  }
}
