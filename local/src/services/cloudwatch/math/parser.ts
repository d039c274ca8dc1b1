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
const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|"([^"]*)"|'([^']*)'|(\|\||&&|==|!=|<=|>=|[-+*/^<>()[\],]))/y;
const MAX_DEPTH = 50;

interface Token {
  readonly type: 'number' | 'name' | 'string' | 'mark' | 'end';
  readonly text: string;
}

/** Parses an expression. @throws AwsError `ValidationException` for an invalid one */
export function parseExpression(text: string): Node {
  return new Parser(text).parseAll();
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  parseAll(): Node {
    const node = this.expression(0);
    if (this.peek().type !== 'end') throw invalidExpression(this.text);
    return node;
  }

  private expression(floor: number): Node {
    if (++this.depth > MAX_DEPTH) throw invalidExpression(this.text);
    let left = this.operand();
    for (;;) {
      const operator = this.peek().text;
      const precedence = this.peek().type === 'mark' ? PRECEDENCE[operator] : undefined;
      if (precedence === undefined || precedence <= floor) break;
      this.at++;
      // Powers are right-associative, all others left-associative.
      left = {
        type: 'binary',
        operator,
        left,
        right: this.expression(operator === '^' ? precedence - 1 : precedence),
      };
    }
    this.depth--;
    return left;
  }

  private operand(): Node {
    const token = this.next();
    if (token.type === 'number') return { type: 'number', value: Number(token.text) };
    if (token.type === 'string') return { type: 'string', value: token.text };
    if (token.type === 'name') {
      return this.take('(')
        ? { type: 'call', name: token.text.toUpperCase(), arguments: this.items(')') }
        : { type: 'name', name: token.text };
    }
    if (token.text === '-' && token.type === 'mark') return { type: 'negate', of: this.expression(6) };
    if (token.text === '[' && token.type === 'mark') return { type: 'list', items: this.items(']') };
    if (token.text !== '(' || token.type !== 'mark') throw invalidExpression(this.text);
    const inner = this.expression(0);
    if (!this.take(')')) throw invalidExpression(this.text);
    return inner;
  }

  private items(end: string): Node[] {
    const items: Node[] = [];
    if (this.take(end)) return items;
    do items.push(this.expression(0));
    while (this.take(','));
    if (!this.take(end)) throw invalidExpression(this.text);
    return items;
  }

  private take(mark: string): boolean {
    if (this.peek().type !== 'mark' || this.peek().text !== mark) return false;
    this.at++;
    return true;
  }

  private peek(): Token {
    return this.tokens[this.at] as Token;
  }

  private next(): Token {
    const token = this.peek();
    if (token.type !== 'end') this.at++;
    return token;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end; ) {
    const found = TOKEN.exec(text);
    if (found === null) throw invalidExpression(text);
    const [, number, name, double, single, mark] = found;
    if (number !== undefined) tokens.push({ type: 'number', text: number });
    else if (name !== undefined) tokens.push({ type: 'name', text: name });
    else if (mark !== undefined) tokens.push({ type: 'mark', text: mark });
    else tokens.push({ type: 'string', text: double ?? single ?? '' });
  }
  return [...tokens, { type: 'end', text: '' }];
}

export function invalidExpression(text: string, reason = 'it can not be parsed') {
  return validation(`Error in expression '${text}': ${reason}`);
}
