import { type LinearPattern, linearPattern, PatternError } from '../../../core/patterns';
import { malformedQuery } from '../errors';

/** Position in a query's text, with the lexer's functions. */
export class Cursor {
  private at = 0;

  constructor(readonly text: string) {
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

  /** @param expression sticky; following spaces and comments are skipped too */
  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text) ?? undefined;
    if (found === undefined) return undefined;
    this.at = expression.lastIndex;
    this.skip();
    return found;
  }

  /** Accepts a word in any case. @returns whether it was there */
  word(word: string): boolean {
    return this.take(new RegExp(`${word}\\b`, 'iy')) !== undefined;
  }

  need(expression: RegExp, what: string): RegExpExecArray {
    const found = this.take(expression);
    if (found === undefined) throw this.fault(`expected ${what}`);
    return found;
  }

  /** Accepts a quoted text; undefined if none follows. */
  quoted(): string | undefined {
    const found = this.take(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy);
    const text = found?.[1] ?? found?.[2];
    return text?.replace(/\\(.)/gs, (whole, escaped: string) =>
      /["'\\]/.test(escaped) ? escaped : ({ n: '\n', t: '\t' }[escaped] ?? whole),
    );
  }

  /** Accepts a regular expression between slashes, which is matched in linear time; undefined if none follows. */
  regex(): { readonly pattern: LinearPattern; readonly source: string } | undefined {
    const place = this.at;
    const source = this.take(/\/((?:[^/\\\n]|\\.)+)\//y)?.[1]?.replaceAll('\\/', '/');
    if (source === undefined) return undefined;
    try {
      return { pattern: linearPattern(named(source)), source };
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw this.fault(`invalid regular expression: ${error.message}`, place);
    }
  }

  /** Compiles a regular expression. @throws AwsError `MalformedQueryException` */
  patternOf(source: string): LinearPattern {
    try {
      return linearPattern(named(source));
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw this.fault(`invalid regular expression: ${error.message}`);
    }
  }

  fault(reason: string, place = this.at) {
    return malformedQuery(reason, place, this.text.length);
  }

  private skip(): void {
    const spaces = /(?:\s|#[^\n]*)*/y;
    spaces.lastIndex = this.at;
    spaces.exec(this.text);
    this.at = spaces.lastIndex;
  }
}

/** Rewrites groups' names to RE2's syntax. */
const named = (source: string) => source.replaceAll(/\(\?<(?=[A-Za-z_])/g, '(?P<');
