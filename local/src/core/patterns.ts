import { RE2JS, RE2JSException } from 're2js';

/** Text that isn't a regular expression, or one that no automaton can run: with look-around or back references. */
export class PatternError extends Error {}

/** A regular expression that is matched in time linear in the text, whatever the expression. */
export interface LinearPattern {
  /** Whether the whole text matches. */
  matches(text: string): boolean;
  /** Whether a part of the text matches. */
  finds(text: string): boolean;
  /** Groups of a match at the text's beginning, by number; undefined without a match. */
  groupsAtStart(text: string): (string | undefined)[] | undefined;
}

/**
 * Compiles an untrusted regular expression.
 * @throws PatternError
 */
export function linearPattern(source: string, { ignoreCase = false } = {}): LinearPattern {
  const compiled = compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  return {
    matches: (text) => compiled.matches(text),
    finds: (text) => compiled.matcher(text).find(),
    groupsAtStart: (text) => {
      const matcher = compiled.matcher(text);
      if (!matcher.lookingAt()) return undefined;
      return Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? undefined);
    },
  };
}

function compile(source: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(error.message);
    throw error;
  }
}

/** Wildcard characters of a pattern: for any text, and for any one character. */
export interface Wildcards {
  readonly any: string;
  readonly one?: string;
}

/**
 * Whether a text matches a pattern with wildcards: in time of pattern times text at most, and without memory.
 * @param wildcards characters; a pattern can't escape them
 */
export function wildcardMatches(pattern: string, text: string, { any, one = '' }: Wildcards): boolean {
  let [at, place, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    const character = pattern[place];
    if (character !== undefined && any.includes(character)) {
      star = place++;
      retry = at;
    } else if (character !== undefined && (character === text[at] || character === one)) {
      place++;
      at++;
    } else if (star !== -1) {
      // The last wildcard takes one more character; the part before it has matched already.
      place = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[place] !== undefined && any.includes(pattern[place] as string)) place++;
  return place === pattern.length;
}
