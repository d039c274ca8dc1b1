import { invalidArgument } from '../values/value';

/** Java's regular expressions, as far as JavaScript's differ in how they are written. */
const patterns = new Map<string, RegExp>();
const MAX_KEPT = 1000;

/** @throws ValueError for a pattern that isn't one */
export function compile(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) {
    known.lastIndex = 0;
    return known;
  }
  const { source, flags } = toJavaScript(pattern);
  let found: RegExp;
  try {
    found = new RegExp(source, `gu${flags}`);
  } catch {
    try {
      found = new RegExp(source, `g${flags}`);
    } catch (error) {
      throw invalidArgument(
        `Invalid regular expression: ${pattern} (${(error as Error).message.replace(/^Invalid regular expression: .*: /s, '')})`,
      );
    }
  }
  if (patterns.size >= MAX_KEPT) patterns.clear();
  patterns.set(pattern, found);
  return found;
}

const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Space: '\\s',
  XDigit: '0-9A-Fa-f',
  ASCII: '\\x00-\\x7F',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  Graph: '!-~',
  Print: ' -~',
  lower: 'a-z',
  upper: 'A-Z',
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  space: '\\s',
  xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`\\{-~',
  blank: ' \\t',
  cntrl: '\\x00-\\x1F\\x7F',
  graph: '!-~',
  print: ' -~',
  word: '\\w',
  IsAlphabetic: '\\p{Alphabetic}',
  IsLetter: '\\p{L}',
  IsDigit: '\\p{Nd}',
};

function toJavaScript(pattern: string): { source: string; flags: string } {
  let flags = '';
  let source = pattern;
  const leading = /^\(\?([a-zA-Z]+)\)/.exec(source);
  if (leading !== null) {
    for (const flag of leading[1] ?? '') if ('ims'.includes(flag) && !flags.includes(flag)) flags += flag;
    source = source.slice(leading[0].length);
  }
  source = source.replaceAll(/\\Q([\s\S]*?)(?:\\E|$)/g, (_whole, text: string) =>
    text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  let found = '';
  let inClass = 0;
  for (let at = 0; at < source.length; at++) {
    const letter = source[at] as string;
    if (letter === '\\') {
      const [text, length] = escaped(source.slice(at), inClass > 0);
      found += text;
      at += length - 1;
    } else if (letter === '[' && inClass > 0) {
      const posix = /^\[:(\^?)(\w+):\]/.exec(source.slice(at));
      if (posix !== null) {
        found += POSIX[posix[2] ?? ''] ?? '';
        at += posix[0].length - 1;
      } else found += '\\[';
    } else if (letter === '[') {
      inClass++;
      found += letter;
      if (source[at + 1] === '^') found += source[++at];
      if (source[at + 1] === ']') {
        found += '\\]';
        at++;
      }
    } else if (letter === ']' && inClass > 0) {
      inClass--;
      found += letter;
    } else if (inClass === 0 && letter === '+' && /[*+?}]$/.test(found) && !/\\[*+?}]$/.test(found)) {
      // Possessive: what it gives up is never needed by the patterns that people write.
    } else if (inClass === 0 && source.startsWith('(?>', at)) {
      found += '(?:';
      at += 2;
    } else if (inClass === 0 && letter === '{' && !/^\{\d+(?:,\d*)?\}/.test(source.slice(at))) found += '\\{';
    else if (inClass === 0 && letter === '}' && !/\{\d+(?:,\d*)?$/.test(found)) found += '\\}';
    else if (inClass === 0 && letter === ']') found += '\\]';
    else found += letter;
  }
  return { source: found, flags };
}

/** An escape of Java's in JavaScript's words, and how many characters it took. */
function escaped(text: string, inClass: boolean): [string, number] {
  const property = /^\\([pP])(?:\{(\^?)([\w=]+)\}|(\w))/.exec(text);
  if (property !== null) {
    const [whole, kind, inverted, name = property[4] ?? ''] = property;
    const posix = POSIX[name];
    const negated = (kind === 'P') !== (inverted === '^');
    if (posix !== undefined) return [inClass ? posix : `[${negated ? '^' : ''}${posix}]`, whole.length];
    return [`\\${negated ? 'P' : 'p'}{${name.replace(/^Is/, '')}}`, whole.length];
  }
  const named = /^\\k<(\w+)>|^\\[1-9]\d*|^\\x[0-9A-Fa-f]{2}|^\\u[0-9A-Fa-f]{4}|^\\c[A-Z]/.exec(text);
  if (named !== null) return [named[0], named[0].length];
  switch (text[1]) {
    case 'A':
      return ['(?<![\\s\\S])', 2];
    case 'z':
      return ['(?![\\s\\S])', 2];
    case 'Z':
      return ['(?=\\n?(?![\\s\\S]))', 2];
    case 'h':
      return [inClass ? ' \\t\\u00a0' : '[ \\t\\u00a0]', 2];
    case 'H':
      return ['[^ \\t\\u00a0]', 2];
    case 'R':
      return ['(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])', 2];
    case 'a':
      return ['\\x07', 2];
    case 'e':
      return ['\\x1b', 2];
    case undefined:
      throw invalidArgument('Invalid regular expression: it ends with a backslash');
    default:
      // In JavaScript an escape of a letter that needs none is an error.
      return /[dDwWsSbBtnrfv0^$\\.*+?()[\]{}|/-]/.test(text[1] as string)
        ? [text.slice(0, 2), 2]
        : [text[1] as string, 2];
  }
}

/** A match, and where it is. */
export interface Match {
  readonly text: string;
  readonly index: number;
  readonly groups: readonly (string | null)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

/** All matches, one after another; an empty one isn't found twice at one place. */
export function matchesOf(text: string, pattern: string): Match[] {
  return Array.from(text.matchAll(compile(pattern)), (match) => ({
    text: match[0],
    index: match.index,
    groups: match.slice(1).map((group) => group ?? null),
    named: match.groups ?? {},
  }));
}

export function firstMatch(text: string, pattern: string): Match | undefined {
  const expression = compile(pattern);
  const match = expression.exec(text);
  if (match === null) return undefined;
  return {
    text: match[0],
    index: match.index,
    groups: match.slice(1).map((group) => group ?? null),
    named: match.groups ?? {},
  };
}

export function groupCount(pattern: string): number {
  return (new RegExp(`${compile(pattern).source}|`, compile(pattern).flags.replace('g', '')).exec('')?.length ?? 1) - 1;
}

/** `$1`, `${name}` and `\$` in what replaces a match. @throws ValueError for a group that isn't there */
export function expand(replacement: string, match: Match): string {
  let found = '';
  for (let at = 0; at < replacement.length; at++) {
    const letter = replacement[at] as string;
    if (letter === '\\') {
      if (at + 1 >= replacement.length) throw invalidArgument(`Illegal replacement sequence: ${replacement}`);
      found += replacement[++at];
      continue;
    }
    if (letter !== '$') {
      found += letter;
      continue;
    }
    const rest = replacement.slice(at + 1);
    const named = /^\{([A-Za-z]\w*)\}/.exec(rest);
    const digits = /^\d+/.exec(rest)?.[0];
    if (named !== null) {
      const name = named[1] as string;
      if (!Object.hasOwn(match.named, name))
        throw invalidArgument(`Illegal replacement sequence: unknown group { ${name} }`);
      found += match.named[name] ?? '';
      at += named[0].length;
    } else if (digits !== undefined) {
      // As many digits as still name a group.
      let length = 1;
      while (length < digits.length && Number(digits.slice(0, length + 1)) <= match.groups.length) length++;
      const group = Number(digits.slice(0, length));
      if (group > match.groups.length) throw invalidArgument(`Illegal replacement sequence: unknown group ${group}`);
      found += group === 0 ? match.text : (match.groups[group - 1] ?? '');
      at += length;
    } else throw invalidArgument(`Illegal replacement sequence: ${replacement}`);
  }
  return found;
}
