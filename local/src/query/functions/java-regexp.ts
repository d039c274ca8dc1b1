import { invalidArgument } from '../values/value';

/** Java's regular expressions, translated to JavaScript's. */
const patterns = new Map<string, RegExp>();
const MAX_KEPT = 1000;

/** Compiles a pattern. @throws ValueError for an invalid one */
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
  return { source: withHiddenGroups(new Translation(source).translate()), flags };
}

/** Names of groups that emulate Java's atomic groups and possessive quantifiers: `(?>a+)`, `a++`. */
const HIDDEN = 'atomic_';

/** Flags of a group, from the position at which they are set. */
interface Flags {
  readonly fold: boolean;
  readonly dotAll: boolean;
}

class Translation {
  private found = '';
  private inClass = 0;
  private hidden = 0;
  /** Start of the last atom, which a quantifier may follow; whether one does. */
  private atom = 0;
  private quantified = false;
  private flags: Flags = { fold: false, dotAll: false };
  private readonly open: { start: number; hidden?: string; flags: Flags }[] = [];

  constructor(private readonly source: string) {}

  translate(): string {
    const { source } = this;
    for (let at = 0; at < source.length; at++) {
      const letter = source[at] as string;
      if (letter === '\\') {
        const [text, length] = escaped(source.slice(at), this.inClass > 0);
        this.add(text);
        at += length - 1;
      } else if (this.inClass > 0 || letter === '[') at += this.classLetter(letter, at);
      else if (letter === '(') at += this.opened(source.slice(at)) - 1;
      else if (letter === ')') this.closed();
      else if (/[*+?]/.test(letter)) this.quantifier(letter);
      else if (letter === '{') {
        const count = /^\{\d+(?:,\d*)?\}/.exec(source.slice(at))?.[0];
        if (count === undefined) this.add('\\{');
        else this.quantifier(count);
        at += (count?.length ?? 1) - 1;
      } else if (letter === '}' || letter === ']') this.add(`\\${letter}`);
      else if (letter === '.' && this.flags.dotAll) this.add('[\\s\\S]');
      else if (this.flags.fold && letter.toLowerCase() !== letter.toUpperCase())
        this.add(`[${letter.toLowerCase()}${letter.toUpperCase()}]`);
      else this.add(letter);
    }
    return this.found;
  }

  private add(text: string): void {
    if (this.inClass === 0) {
      this.atom = this.found.length;
      this.quantified = false;
    }
    this.found += text;
  }

  /** Translates a letter within a class. @returns the number of further characters consumed */
  private classLetter(letter: string, at: number): number {
    const { source } = this;
    if (letter === '[' && this.inClass > 0) {
      const posix = /^\[:(\^?)(\w+):\]/.exec(source.slice(at));
      this.found += posix === null ? '\\[' : (POSIX[posix[2] ?? ''] ?? '');
      return posix === null ? 0 : posix[0].length - 1;
    }
    if (letter === '[') {
      this.add('[');
      this.inClass++;
      const start = /^\^?\]?/.exec(source.slice(at + 1))?.[0] ?? '';
      this.found += start.replace(']', '\\]');
      return start.length;
    }
    if (letter === ']') this.inClass--;
    const range = this.flags.fold ? /^([a-zA-Z])-([a-zA-Z])/.exec(source.slice(at)) : null;
    if (range !== null) {
      const [whole, from = '', to = ''] = range;
      this.found += `${from.toLowerCase()}-${to.toLowerCase()}${from.toUpperCase()}-${to.toUpperCase()}`;
      return whole.length - 1;
    }
    const both = this.flags.fold && letter.toLowerCase() !== letter.toUpperCase();
    this.found += both ? letter.toLowerCase() + letter.toUpperCase() : letter;
    return 0;
  }

  /** Translates an opening parenthesis. @returns the number of characters consumed */
  private opened(rest: string): number {
    const set = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/.exec(rest);
    if (set !== null) {
      const [whole, on = '', off = '', end] = set;
      const before = this.flags;
      const is = (letter: string, was: boolean) => (on.includes(letter) ? true : off.includes(letter) ? false : was);
      const flags = { fold: is('i', before.fold), dotAll: is('s', before.dotAll) };
      if (end === ':') {
        this.open.push({ start: this.found.length, flags: before });
        this.found += '(?:';
      }
      this.flags = flags;
      return whole.length;
    }
    const start = this.found.length;
    if (rest.startsWith('(?>')) {
      const hidden = `${HIDDEN}${this.hidden++}`;
      this.open.push({ start, hidden, flags: this.flags });
      this.found += `(?=(?<${hidden}>`;
      return 3;
    }
    const piece = /^\((?:\?(?:<[=!]|[=!]|<\w+>))?/.exec(rest)?.[0] ?? '(';
    this.open.push({ start, flags: this.flags });
    this.found += piece;
    this.quantified = false;
    return piece.length;
  }

  private closed(): void {
    const group = this.open.pop();
    this.found += group?.hidden === undefined ? ')' : `))\\k<${group.hidden}>`;
    this.atom = group?.start ?? this.found.length;
    this.quantified = false;
    if (group !== undefined) this.flags = group.flags;
    if (group?.hidden !== undefined) this.asOne();
  }

  private quantifier(text: string): void {
    if (text === '+' && this.quantified) {
      const hidden = `${HIDDEN}${this.hidden++}`;
      this.found = `${this.found.slice(0, this.atom)}(?=(?<${hidden}>${this.found.slice(this.atom)}))\\k<${hidden}>`;
      this.asOne();
      return;
    }
    this.quantified = text !== '?' || !this.quantified;
    this.found += text;
  }

  /** Wraps the last atom in a group, so that another quantifier may follow. */
  private asOne(): void {
    this.found = `${this.found.slice(0, this.atom)}(?:${this.found.slice(this.atom)})`;
    this.quantified = false;
  }
}

/** Renumbers back references, with hidden groups counted. */
function withHiddenGroups(source: string): string {
  if (!source.includes(`(?<${HIDDEN}`)) return source;
  const places = shownGroups(source);
  return source.replaceAll(/\\\\|\\([1-9]\d*)/g, (whole, group?: string) =>
    group === undefined ? whole : `\\${places[Number(group) - 1] ?? group}`,
  );
}

/** Numbers of a pattern's visible groups among all groups, from 1. */
function shownGroups(source: string): number[] {
  const shown: number[] = [];
  let place = 0;
  for (const match of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?<(?![=!])(\w+)>|(?!\?))/gs)) {
    if (!match[0].startsWith('(')) continue;
    place++;
    if (match[1]?.startsWith(HIDDEN) !== true) shown.push(place);
  }
  return shown;
}

/** Translates a Java escape; returns JavaScript's, and the number of characters consumed. */
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
      // Unneeded escapes of letters are errors in JavaScript.
      return /[dDwWsSbBtnrfv0^$\\.*+?()[\]{}|/-]/.test(text[1] as string)
        ? [text.slice(0, 2), 2]
        : [text[1] as string, 2];
  }
}

/** A match and its position. */
export interface Match {
  readonly text: string;
  readonly index: number;
  readonly groups: readonly (string | null)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

/** All matches in order; an empty match isn't repeated at its position. */
export function matchesOf(text: string, pattern: string): Match[] {
  const expression = compile(pattern);
  return Array.from(text.matchAll(expression), (match) => shownMatch(match, expression));
}

function shownMatch(match: RegExpExecArray, { source }: RegExp): Match {
  const groups = source.includes(`(?<${HIDDEN}`) ? shownGroups(source).map((place) => match[place]) : match.slice(1);
  return {
    text: match[0],
    index: match.index,
    groups: groups.map((group) => group ?? null),
    named: match.groups ?? {},
  };
}

export function firstMatch(text: string, pattern: string): Match | undefined {
  const expression = compile(pattern);
  const match = expression.exec(text);
  return match === null ? undefined : shownMatch(match, expression);
}

export function groupCount(pattern: string): number {
  return shownGroups(compile(pattern).source).length;
}

/** Expands `$1`, `${name}` and `\$` in a replacement. @throws ValueError for a missing group */
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
      // The group number takes as many digits as name an existing group.
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
