/** Position in a text that is being parsed. Its methods take sticky expressions, and skip the blanks that follow. */
export class Cursor {
  protected at = 0;

  /** @param blanks sticky expression that matches what has no meaning, nothing too */
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

  /** The text from a position to here, as written. */
  since(place: number): string {
    return this.text.slice(place, this.at).trim();
  }

  peek(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    return expression.exec(this.text) ?? undefined;
  }

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
