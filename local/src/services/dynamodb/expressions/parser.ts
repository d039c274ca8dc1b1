import type { Operand, PathPart } from './ast';
import { InvalidExpression, syntaxError, type Token, tokenize } from './lexer';
import { isReservedWord } from './reserved-words';

/** Errors found while parsing, the first of each kind. */
export interface StaticErrors {
  parens?: string;
  unknownFunction?: string;
  misusedFunction?: string;
  reserved?: string;
  section?: string;
}

/** Common grammar of conditions, updates and projections: tokens, paths, operands. */
export class Parser {
  readonly errors: StaticErrors = {};
  protected position = 0;
  private readonly tokens: readonly Token[];

  /**
   * @param keywords words that are no attribute's name in this grammar
   * @param functions known functions; their case matters only as it does in DynamoDB
   * @throws InvalidExpression
   */
  constructor(
    protected readonly text: string,
    private readonly keywords: ReadonlySet<string>,
    private readonly functions: ReadonlySet<string>,
  ) {
    if (text === '') throw new InvalidExpression('The expression can not be empty;');
    this.tokens = tokenize(text);
  }

  protected get token(): Token {
    return this.tokens[this.position] as Token;
  }

  /** The symbol at an index of the tokens; undefined for another token. */
  protected symbolAt(index: number): string | undefined {
    const token = this.tokens[index];
    return token?.kind === 'symbol' ? token.text : undefined;
  }

  protected next(): Token {
    const token = this.token;
    this.position++;
    return token;
  }

  protected fail(): never {
    throw syntaxError(this.text, this.token);
  }

  protected isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  protected takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.position++;
    return true;
  }

  protected expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.fail();
  }

  protected takeKeyword(word: string): boolean {
    if (this.token.kind !== 'word' || this.token.text.toUpperCase() !== word) return false;
    this.position++;
    return true;
  }

  protected expectEnd(): void {
    if (this.token.kind !== 'end') this.fail();
  }

  /** Parses one or more items, separated by commas. */
  protected list<T>(one: () => T): T[] {
    const items = [one()];
    while (this.takeSymbol(',')) items.push(one());
    return items;
  }

  protected path(): PathPart[] {
    const parts: PathPart[] = this.pathHead();
    for (;;) {
      if (this.takeSymbol('.')) parts.push(this.identifier());
      else if (this.takeSymbol('[')) {
        if (this.token.kind !== 'number') this.fail();
        parts.push(Number(this.next().text));
        this.expectSymbol(']');
      } else return parts;
    }
  }

  protected pathHead(): PathPart[] {
    return [this.identifier()];
  }

  private identifier(): PathPart {
    const { kind, text } = this.token;
    if (kind === 'name') {
      this.position++;
      return { placeholder: text };
    }
    if (kind !== 'word' || this.keywords.has(text.toUpperCase())) this.fail();
    this.position++;
    if (isReservedWord(text))
      this.errors.reserved ??= `Attribute name is a reserved keyword; reserved keyword: ${text}`;
    return text;
  }

  protected operand(): Operand {
    const { kind, text } = this.token;
    if (kind === 'value') {
      this.position++;
      return { kind: 'value', name: text };
    }
    if (kind === 'word' && this.symbolAt(this.position + 1) === '(') {
      if (this.keywords.has(text.toUpperCase())) this.fail();
      return this.call();
    }
    return { kind: 'path', parts: this.path() };
  }

  protected call(): Operand & { kind: 'call' } {
    const name = this.next().text;
    this.expectSymbol('(');
    const args = this.list(() => this.operandInParens());
    this.expectSymbol(')');
    if (!this.functions.has(name)) this.errors.unknownFunction ??= `Invalid function name; function: ${name}`;
    return { kind: 'call', name, args };
  }

  protected operandInParens(): Operand {
    if (!this.isSymbol('(')) return this.operand();
    this.position++;
    const operand = this.operandInParens();
    this.expectSymbol(')');
    return operand;
  }
}
