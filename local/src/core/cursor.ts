/** Position in a text being parsed. Its methods take sticky expressions, and skip blanks after each match. */
export class Cursor {
  protected at = 0;

  /** @param blanks sticky expression for text without meaning; it must match the empty text too */
  constructor(
    readonly text: string,
    private readonly blanks = /\s*/y,
  ) {
    this.skip();
  }

  get place(): number {
    return this.at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The source text from a position to the current one. */
  since(place: number): string {
    return this.text.slice(place, this.at).trim();
  }

  /** The match at this position, if any. */
  peek(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    return expression.exec(this.text) ?? undefined;
  }

  /** Consumes a match and the blanks after it; undefined if none is here. */
  take(expression: RegExp): RegExpExecArray | undefined {
    const found = this.peek(expression);
    if (found === undefined) return undefined;
    this.at = expression.lastIndex;
    this.skip();
    return found;
  }

  private skip(): void {
    this.blanks.lastIndex = this.at;
    this.blanks.exec(this.text);
    this.at = this.blanks.lastIndex;
  }
}
