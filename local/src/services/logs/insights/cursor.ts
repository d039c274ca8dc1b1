import { Cursor } from '../../../core/cursor';
import { type LinearPattern, linearPattern, PatternError } from '../../../core/patterns';
import { malformedQuery } from '../errors';

/** Position in a query's text, with the lexer's functions. */
export class QueryCursor extends Cursor {
  constructor(text: string) {
    super(text, /(?:\s|#[^\n]*)*/y);
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
}

/** Rewrites groups' names to RE2's syntax. */
const named = (source: string) => source.replaceAll(/\(\?<(?=[A-Za-z_])/g, '(?P<');
