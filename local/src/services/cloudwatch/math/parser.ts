import { Cursor } from '../../../core/cursor';
import { validation } from '../errors';

/** A metric math expression as a tree. */
export type Node =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly Node[] }
  | { readonly type: 'call'; readonly name: string; readonly arguments: readonly Node[] }
  | { readonly type: 'negate'; readonly of: Node }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };

/** Operators' precedence, from weak to strong ("Using math expressions with CloudWatch metrics"). */
const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '^': 7,
};
const OPERATOR = /\|\||&&|==|!=|<=|>=|[-+*/^<>]/y;
const MAX_DEPTH = 50;

/** Parses an expression. @throws AwsError `ValidationException` for an invalid one */
export function parseExpression(text: string): Node {
  return new Parser(text).parseAll();
}

class Parser {
  private depth = 0;
  private readonly cursor: Cursor;

  constructor(text: string) {
    this.cursor = new Cursor(text);
  }

  parseAll(): Node {
    const node = this.expression(0);
    if (!this.cursor.isAtEnd) throw this.invalid();
    return node;
  }

  private expression(floor: number): Node {
    if (++this.depth > MAX_DEPTH) throw this.invalid();
    let left = this.operand();
    for (;;) {
      const operator = this.cursor.peek(OPERATOR)?.[0] ?? '';
      const precedence = PRECEDENCE[operator];
      if (precedence === undefined || precedence <= floor) break;
      this.cursor.take(OPERATOR);
      // Powers are right-associative, all others left-associative.
      const right = this.expression(operator === '^' ? precedence - 1 : precedence);
      left = { type: 'binary', operator, left, right };
    }
    this.depth--;
    return left;
  }

  private operand(): Node {
    const { cursor } = this;
    const number = cursor.take(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y)?.[0];
    if (number !== undefined) return { type: 'number', value: Number(number) };
    const string = cursor.take(/"([^"]*)"|'([^']*)'/y);
    if (string !== undefined) return { type: 'string', value: string[1] ?? string[2] ?? '' };
    const name = cursor.take(/[A-Za-z_][A-Za-z0-9_]*/y)?.[0];
    if (name !== undefined)
      return cursor.take(/\(/y) === undefined
        ? { type: 'name', name }
        : { type: 'call', name: name.toUpperCase(), arguments: this.items(/\)/y) };
    if (cursor.take(/-/y) !== undefined) return { type: 'negate', of: this.expression(6) };
    if (cursor.take(/\[/y) !== undefined) return { type: 'list', items: this.items(/\]/y) };
    if (cursor.take(/\(/y) === undefined) throw this.invalid();
    const inner = this.expression(0);
    if (cursor.take(/\)/y) === undefined) throw this.invalid();
    return inner;
  }

  private items(end: RegExp): Node[] {
    const items: Node[] = [];
    if (this.cursor.take(end) !== undefined) return items;
    do items.push(this.expression(0));
    while (this.cursor.take(/,/y) !== undefined);
    if (this.cursor.take(end) === undefined) throw this.invalid();
    return items;
  }

  private invalid() {
    return invalidExpression(this.cursor.text);
  }
}

export function invalidExpression(text: string, reason = 'it can not be parsed') {
  return validation(`Error in expression '${text}': ${reason}`);
}
