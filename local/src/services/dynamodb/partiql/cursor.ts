import { malformed, type Token } from './lexer';

/** Tokens of a statement, with the parser's position. */
export class Cursor {
  protected position = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** Whether the next token is a symbol. */
  protected isFollowedBy(symbol: string): boolean {
    const following = this.tokens[this.position + 1];
    return following?.kind === 'symbol' && following.text === symbol;
  }

  protected until<T>(close: string, one: () => T): T[] {
    if (this.takeSymbol(close)) return [];
    const list = this.list(one);
    this.expectSymbol(close);
    return list;
  }

  protected list<T>(one: () => T): T[] {
    const list = [one()];
    while (this.takeSymbol(',')) list.push(one());
    return list;
  }

  protected name(): string {
    const { kind, text } = this.token;
    if (kind !== 'word' && kind !== 'name') this.fail();
    this.position++;
    return text;
  }

  protected get token(): Token {
    return this.tokens[this.position] as Token;
  }

  protected next(): Token {
    const token = this.token;
    if (token.kind === 'end') this.fail();
    this.position++;
    return token;
  }

  protected takeWord(word: string): boolean {
    if (this.token.kind !== 'word' || this.token.text.toUpperCase() !== word) return false;
    this.position++;
    return true;
  }

  protected expectWord(word: string): void {
    if (!this.takeWord(word)) this.fail();
  }

  protected takeSymbol(symbol: string): boolean {
    if (this.token.kind !== 'symbol' || this.token.text !== symbol) return false;
    this.position++;
    return true;
  }

  protected expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.fail();
  }

  protected fail(): never {
    throw malformed(this.token.kind === 'end' ? 'unexpected end' : `unexpected '${this.token.text}'`);
  }
}
